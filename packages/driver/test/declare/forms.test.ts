import { expect, test } from "vitest";
import * as z from "zod";
import { connectLines, defineDevice, defineFaults, integer, quantity, text } from "../../src/index.ts";
import { createBench, idOf } from "../support/bench.ts";
import type { counterDevice } from "../support/counter.ts";

const faults = defineFaults("counter", {
  refused: { answer: "?", message: "told {asked}, the counter said {answer}", hint: "look at it", physical: "none" },
});
const values = {
  title: "One stroke",
  params: { tag: text(), force: quantity("N"), duration: quantity("ms") },
  result: { count: integer() },
  duration: { typicalMs: 1_000, maxMs: 60_000 },
};

/** The counter of the other tests, as an author writes it. */
const counter = defineDevice({
  kind: "test-counter",
  capability: "counter",
  title: { en: "Counter" },
  manual: "test/support/counter.ts",
  config: z.strictObject({ greeting: z.string() }),
  faults,
  connect: (stream, { greeting }, context) =>
    connectLines({
      terminator: "\n",
      answerMs: 500,
      identify: { ask: greeting, answer: "COUNTER {firmware} {serial}" },
      faults,
    })(stream, {}, context),
  operations: {
    stroke: {
      ...values,
      start: ({ ask }, { tag, duration }) => ask(`STROKE ${tag} ${duration.value}`, "OK"),
      probe: {
        rises: "begin",
        async state({ ask }) {
          const { count, at } = await ask("COUNT?", "{count:integer} {at}");
          return { isBusy: at !== "-", count };
        },
      },
      async finish({ ask }, _params, { done, linkClock }) {
        const { count } = await ask("COUNT?", "{count:integer} {at}");
        return done({ count }, { executed: { force: { value: 4, unit: "N" } }, evidence: { at: linkClock.now() } });
      },
      stop: ({ ask }) => ask("STOP", "STOPPED"),
    },
    leap: {
      ...values,
      result: {},
      start: ({ ask }) => ask("LEAP", "OK"),
      probe: { rises: "begin", state: async () => ({ isBusy: false, count: 0 }) },
    },
    look: {
      ...values,
      retryClass: "retry-safe",
      async run({ ask }, _params, { done }) {
        const { count } = await ask("COUNT?", "{count:integer} {at}");
        return done({ count });
      },
    },
    jump: {
      ...values,
      retryClass: "retry-safe",
      async run({ ask }, _params, { done }) {
        await ask("JUMP", "OK");
        return done({ count: 0 });
      },
    },
    set: {
      ...values,
      retryClass: "idempotent",
      async run({ ask }, { tag }, { done }) {
        await ask(`STROKE ${tag} 0`, "OK");
        return done({ count: 1 });
      },
    },
  },
});

async function readyBench() {
  const bench = createBench({ definition: counter as unknown as typeof counterDevice });
  await bench.ready();
  return bench;
}

test("an act that is counted is carried out once, with its result, what was executed, and its evidence", async () => {
  const bench = await readyBench();
  await bench.execute(1);
  await bench.pass(1_800);
  expect(bench.reports(1)).toEqual(["accepted", "started", "succeeded"]);
  expect(bench.last("report")).toMatchObject({
    result: { count: 1 },
    executed: { force: { value: 4, unit: "N" }, duration: { value: 1_000, unit: "ms" } },
    evidence: { at: expect.any(Number) },
  });
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("its first byte leaves only once `started` is in the journal (D4)", async () => {
  const bench = await readyBench();
  const states: (string | undefined)[] = [];
  bench.plant.mischief = (line) => {
    if (line.startsWith("STROKE")) states.push(bench.journal().get(idOf(1))?.state);
    return null;
  };
  await bench.execute(1);
  await bench.pass(3_000);
  expect(states).toEqual(["started"]);
});

test.each([
  ["the driver dies in its midst", null],
  ["the wire dies after the instrument has taken it", "drop after"],
] as const)("when %s its end is found by the counter, and it is never sent again (D7)", async (_what, mischief) => {
  const bench = await readyBench();
  bench.plant.mischief = (line) => (line.startsWith("STROKE") ? mischief : null);
  await bench.execute(1);
  await bench.pass(100);
  if (mischief === null) {
    bench.device().kill();
    await bench.ready();
  }
  await bench.pass(20_000);
  expect(bench.journal().get(idOf(1))).toMatchObject({ state: "succeeded", result: { count: 1 } });
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("an act that is stopped ends as stopped, with what the instrument said then", async () => {
  const bench = await readyBench();
  await bench.execute(1);
  await bench.pass(100);
  await bench.cancel(1);
  await bench.pass(500);
  expect(bench.journal().get(idOf(1))).toMatchObject({
    state: "failed",
    physical: "partial",
    error: { code: "device.stopped" },
    evidence: { isBusy: false, count: 1 },
  });
});

test.each([
  ["look", "retry-safe", "failed", "none"],
  ["set", "idempotent", "unknown", "unknown"],
] as const)("%s, which is %s, needs no probe: cut short it ends as %s", async (op, retryClass, state, physical) => {
  const bench = await readyBench();
  bench.plant.mischief = (line) => (line.startsWith("STROKE") || line === "COUNT?" ? "drop before" : null);
  await bench.execute(1, { op, retryClass });
  await bench.pass(5_000);
  expect(bench.journal().get(idOf(1))).toMatchObject({ state, physical });
  expect(counter.operations[op]?.probes).toBe(op === "set" ? false : undefined);
});

test.each([
  ["jump", "retry-safe", "JUMP"],
  ["leap", "non-repeatable", "LEAP"],
] as const)(
  "%s, which the instrument refuses, ends with the declared fault and nothing moved",
  async (op, retryClass, asked) => {
    const bench = await readyBench();
    await bench.execute(1, { op, retryClass });
    await bench.pass(500);
    const message = `told ${asked}, the counter said ?; look at it`;
    expect(bench.journal().get(idOf(1))).toMatchObject({
      state: "failed",
      physical: "none",
      error: { code: "counter.refused", message, class: "instrument" },
    });
    // An answer, not a lost contact: the wire stays.
    expect(bench.plant.heard.filter((line) => line === "HELLO")).toHaveLength(1);
  },
);

const bare = { kind: "x", capability: "x", title: { en: "x" }, manual: "x", connect: async () => null };

test("a driver that was not compiled is refused by the name of its operation when its form is none", () => {
  const wrong = (operation: object) => () =>
    defineDevice({
      ...bare,
      operations: { dose: { ...values, ...operation } } as never,
    });
  expect(wrong({ run: async () => null })).toThrow("dose: `run` is for what may be done again");
  expect(wrong({ start: async () => null, probe: { rises: "end" } })).toThrow("dose: what is counted needs `start`");
  expect(wrong({ start: async () => null })).toThrow("dose: it has `start` and no `probe`");
  expect(wrong({})).toThrow("dose: it needs `run`; or `start` and `probe");
});

test("keys that no declaration has are refused by name, all at once, also where nobody compiled it: a misspelt halt is none", () => {
  const misspelt = () =>
    defineDevice({
      ...bare,
      hlat: async () => null,
      operations: { dose: { ...values, retryClass: "retry-safe", run: async () => null, stp: async () => null } },
    } as never);
  expect(misspelt).toThrow('a device has no "hlat"; an operation, as dose, has no "stp"');
});
