import { topicOf } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createBench, deviceId, executeOf } from "../support/bench.ts";

/** Sequences of messages to try; `LABLOOP_FUZZ_RUNS` sets another number for a longer search. */
const runs = Number(process.env["LABLOOP_FUZZ_RUNS"] ?? 150);

const edit = fc.record({ at: fc.nat(2_000), byte: fc.nat(255), kind: fc.constantFrom("set", "cut", "twice") });
const message = fc.record({
  /** Which of three commands the bytes are made of: a few ids, so that copies and forgeries meet. */
  n: fc.integer({ min: 1, max: 3 }),
  key: fc.constantFrom("command" as const, "control" as const),
  edits: fc.array(edit, { maxLength: 3 }),
  noise: fc.option(fc.uint8Array({ maxLength: 200 }), { freq: 4 }),
  field: fc.option(fc.record({ name: fc.constantFrom("epoch", "dseq", "ttlMs", "params", "op"), value: fc.json() })),
  retained: fc.boolean(),
});

/** A third of the sequences are of kept messages alone, as a broker replays them at every subscribe: none may act. */
const sequence = fc
  .tuple(fc.array(message, { minLength: 1, maxLength: 20 }), fc.nat(2))
  .map(([messages, kept]) => (kept === 0 ? messages.map((one) => ({ ...one, retained: true })) : messages));

function mutated(bytes: Uint8Array, edits: readonly { at: number; byte: number; kind: string }[]): Uint8Array {
  let result = [...bytes];
  for (const { at, byte, kind } of edits) {
    const where = at % Math.max(1, result.length);
    if (kind === "cut") result = result.slice(0, where);
    else if (kind === "twice") result.splice(where, 0, ...result.slice(where, where + 20));
    else result[where] = byte;
  }
  return Uint8Array.from(result);
}

test("D1, D2, D18, I1, I10: whatever bytes come, each act has its record, none runs twice, and the device serves on", async () => {
  await fc.assert(
    fc.asyncProperty(sequence, async (messages) => {
      const bench = createBench();
      await bench.ready();
      for (const { n, key, edits, noise, field, retained } of messages) {
        const whole = { ...executeOf(bench.clock, n), ...(key === "control" ? { kind: "cancel", reason: "x" } : {}) };
        const changed = field === null ? whole : { ...whole, [field.name]: JSON.parse(field.value) };
        const bytes = noise ?? mutated(new TextEncoder().encode(JSON.stringify(changed)), edits);
        bench.broker.inject(topicOf("test", key, deviceId), bytes, { retained });
        await bench.pass(700);
      }
      await bench.pass(5_000);
      const started = [...bench.journal().values()].filter(({ startedJseq }) => startedJseq !== null);
      const strokes = [...bench.plant.strokes.values()].reduce((sum, count) => sum + count, 0);
      expect(strokes).toBe(started.length);
      const mayAct = messages.some(({ key, noise, retained }) => key === "command" && noise === null && !retained);
      if (!mayAct) expect(strokes).toBe(0);
      // One record a message at most, one answer a message at most, one counter a refusal code.
      expect(bench.journal().size).toBeLessThanOrEqual(messages.length);
      expect(Object.keys(bench.device().refusals()).length).toBeLessThanOrEqual(20);
      expect(bench.refusals().length).toBeLessThanOrEqual(messages.length);

      // Whatever epoch or number was forged, the next command has an answer.
      const answers = bench.heard.length;
      await bench.execute(4);
      expect(bench.heard.length).toBeGreaterThan(answers);
    }),
    { numRuns: runs },
  );
});
