import { createVirtualClock } from "@labloop/clock";
import { createStreamPair } from "@labloop/driver";
import fc from "fast-check";
import { expect, test } from "vitest";
import { valuesIn } from "../answer.ts";
import { blockSpan, numbersOf } from "../block.ts";
import { createTextExchange } from "../text-exchange.ts";
import { fill } from "../template.ts";

const start = Date.UTC(2026, 0, 5);

test("a parameter is written in the unit and format of its place, and read back to what it was", () => {
  const specs = { v: { type: "quantity", unit: "V" } } as const;
  fc.assert(
    fc.property(fc.integer({ min: -99_999, max: 99_999 }), (steps) => {
      const params = { v: { value: steps / 1_000, unit: "V" } };
      const line = fill("VOLT {v:mV:%.0f};", params, specs);
      expect(line).toBe(`VOLT ${steps === 0 ? "0" : steps};`);
      expect(valuesIn(line, "VOLT (?<v>.+);", specs, { v: "mV" })).toEqual(params);
    }),
  );
});

test("temperatures are converted with their zero", () => {
  const specs = { t: { type: "quantity", unit: "degC" } } as const;
  expect(fill("T {t:K:%.2f}", { t: { value: 25, unit: "degC" } }, specs)).toBe("T 298.15");
});

test("SCPI's words for no number and out of range are never values", () => {
  const specs = { v: { type: "quantity", unit: "V" } } as const;
  for (const line of ["9.91E37", "-9.9E37", "INF", ""]) {
    expect(() => valuesIn(line, "^(?<v>.*)$", specs, {})).toThrow("which is no number");
  }
});

test("a block arrives whole however the wire cuts it, terminators among its bytes included", async () => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 7 }), async (data, chunkBytes) => {
      const clock = createVirtualClock(start);
      const [near, far] = createStreamPair(clock, { chunkBytes });
      const ends = { send: "\n", receive: "\n" };
      const exchange = createTextExchange(near, {
        linkClock: clock,
        answerMs: 1_000,
        encoding: "ascii",
        terminator: ends,
      });
      let isAsked = false;
      far.onData(() => {
        if (isAsked) return;
        isAsked = true;
        const length = String(data.length);
        far.write(Buffer.concat([Buffer.from(`#${length.length}${length}`), data, Buffer.from("\n")]));
      });
      let block: Buffer | null = null;
      const asked = exchange.askBlock("CURV?").then((answer) => (block = answer));
      await clock.run(() => block !== null);
      await asked;
      expect([...(block ?? [])]).toEqual([...data]);
    }),
    { numRuns: 60 },
  );
});

test("a block's numbers are read in the format and order that were declared", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { maxLength: 50 }), (values) => {
      const big = Buffer.alloc(values.length * 4);
      values.forEach((value, index) => big.writeFloatBE(value, index * 4));
      expect(numbersOf(big, "f32", "big")).toEqual(values);
    }),
  );
  expect(() => numbersOf(Buffer.alloc(3), "i16", "big")).toThrow("no whole number");
  expect(() => blockSpan(Buffer.from("ERROR"))).toThrow("begins with #");
});

test("an answer that does not come in time closes the wire, so that a late one is nobody's", async () => {
  const clock = createVirtualClock(start);
  const [near] = createStreamPair(clock);
  const ends = { send: "\n", receive: "\n" };
  const exchange = createTextExchange(near, { linkClock: clock, answerMs: 500, encoding: "ascii", terminator: ends });
  let code = "";
  const asked = exchange.ask("*IDN?").catch((error: { code: string }) => (code = error.code));
  await clock.run(() => code !== "");
  await asked;
  expect([code, near.isOpen, clock.now() - start]).toEqual(["wire.timeout", false, 500]);
});
