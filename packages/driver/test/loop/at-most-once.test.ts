import fc from "fast-check";
import { expect, test } from "vitest";
import { createBench, deviceId, executeOf, idOf } from "../support/bench.ts";
import { dyingAt } from "../support/failing-store.ts";

const n = fc.integer({ min: 1, max: 4 });
/** Copies at their own delays: none is a loss, two a duplicate, and between them anything may overtake. */
const delays = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 3, size: "max" });
const ops = fc.constantFrom("stroke", "press", "press", "blind", "look");

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("execute" as const), n, delays }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("cancel" as const), n, delays }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("ack" as const), n, delays }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("reconcile" as const), delays }) },
  // Seldom by chance alone: an act that is stopped in the middle.
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("stop" as const), n, after: fc.integer({ min: 5, max: 400 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hangUp" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("mischief" as const),
      what: fc.constantFrom("drop before" as const, "drop after" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      dieAt: fc.integer({ min: 0, max: 12 }),
      when: fc.constantFrom("before" as const, "after" as const),
    }),
  },
);

test("I1, I2: whatever is lost, repeated, reordered or killed, a command acts at most once and its end tells the truth", async () => {
  const ends: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 30, size: "max" }),
      fc.array(ops, { minLength: 4, maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 800 }), { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 1, max: 60 }),
      async (steps, opOf, durationOf, chunkBytes) => {
        const bench = createBench({ chunkBytes });
        const order = (k: number) => {
          const duration = { value: durationOf[k - 1] ?? 0, unit: "ms" };
          return { op: opOf[k - 1] ?? "stroke", params: { tag: idOf(k), force: { value: 5, unit: "N" }, duration } };
        };
        const later = (ms: number, send: () => Promise<void>) =>
          bench.clock.at(bench.clock.now() + ms, () => void send());
        const envelope = () => ({
          v: 1 as const,
          device: deviceId,
          epoch: 1,
          engineId: "engine-1",
          issuedAt: new Date(bench.clock.now()).toISOString(),
        });
        await bench.ready();

        for (const one of steps) {
          switch (one.kind) {
            case "execute": {
              // One message, sent in copies: the same bytes whenever they arrive.
              const message = executeOf(bench.clock, one.n, order(one.n));
              for (const ms of one.delays) later(ms, () => bench.engine.publish("command", deviceId, message));
              break;
            }
            case "cancel": {
              const message = {
                ...envelope(),
                kind: "cancel" as const,
                commandId: idOf(one.n),
                dseq: one.n,
                reason: "x",
              };
              for (const ms of one.delays) later(ms, () => bench.engine.publish("control", deviceId, message));
              break;
            }
            case "stop": {
              const execute = executeOf(bench.clock, one.n, order(one.n));
              const cancel = {
                ...envelope(),
                kind: "cancel" as const,
                commandId: idOf(one.n),
                dseq: one.n,
                reason: "x",
              };
              later(0, () => bench.engine.publish("command", deviceId, execute));
              later(one.after, () => bench.engine.publish("control", deviceId, cancel));
              await bench.pass(one.after);
              break;
            }
            case "ack": {
              const message = { ...envelope(), kind: "ack" as const, commandIds: [idOf(one.n)] };
              for (const ms of one.delays) later(ms, () => bench.engine.publish("control", deviceId, message));
              break;
            }
            case "reconcile": {
              const message = { ...envelope(), kind: "reconcile" as const, rid: "r", part: 0, parts: 1, open: [] };
              for (const ms of one.delays) {
                later(ms, async () => {
                  await bench.beat();
                  await bench.engine.publish("control", deviceId, message);
                });
              }
              break;
            }
            case "pass":
              await bench.pass(one.ms);
              break;
            case "hangUp":
              bench.plant.hangUp();
              break;
            case "mischief":
              bench.plant.mischief = (line) => {
                if (!line.startsWith("STROKE")) return null;
                bench.plant.mischief = () => null;
                return one.what;
              };
              break;
            case "restart":
              bench.device().kill();
              try {
                await bench.boot((store) => dyingAt(store, one.dieAt, one.when, () => bench.device().kill()));
              } catch {
                // Died while it took up what the last process had left.
                await bench.boot();
              }
              await bench.pass(20);
          }
        }

        await bench.pass(1_000);
        bench.plant.mischief = () => null;
        bench.device().kill();
        await bench.ready();
        await bench.pass(20_000);
        // "Now and later": every command comes once more, and so does every cancel.
        for (const k of [1, 2, 3, 4]) {
          if (bench.journal().has(idOf(k))) await bench.execute(k, order(k));
          await bench.pass(1_000);
        }

        for (const k of [1, 2, 3, 4]) {
          const strokes = bench.plant.strokes.get(idOf(k)) ?? 0;
          const record = bench.journal().get(idOf(k));
          const end = record === undefined ? "absent" : `${record.state} ${record.physical}`;
          ends[end] = (ends[end] ?? 0) + 1;
          const allowed: Record<string, number[]> = {
            absent: [0],
            "cancelled none": [0],
            "rejected none": [0],
            "failed none": [0],
            "failed partial": [1],
            "succeeded full": [1],
            "unknown unknown": [0, 1],
          };
          expect(allowed[end], `${idOf(k)} is ${end} after ${strokes} strokes`).toContain(strokes);
          const isWhole = !bench.plant.cutShort.has(idOf(k));
          expect(isWhole || record?.state !== "succeeded", `${idOf(k)} was cut short, yet succeeded`).toBe(true);
          const told = new Set(bench.reports(k).filter((state) => state !== "accepted" && state !== "started"));
          expect(told.size, `${idOf(k)} ended as ${[...told].join(" and ")}`).toBeLessThanOrEqual(1);
        }
      },
    ),
    { numRuns: 300 },
  );
  // The sequences have reached every end there is.
  expect(Object.keys(ends).sort()).toEqual([
    "absent",
    "cancelled none",
    "failed none",
    "failed partial",
    "rejected none",
    "succeeded full",
    "unknown unknown",
  ]);
}, 60_000);
