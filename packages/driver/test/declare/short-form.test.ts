import { expect, test } from "vitest";
import * as z from "zod";
import {
  createLineExchange,
  defineDevice,
  defineFaults,
  integer,
  type LineExchange,
  quantity,
  text,
} from "../../src/index.ts";
import { createBench, idOf } from "../support/bench.ts";

const faults = defineFaults("counter", {
  refused: { message: "the counter said {answer}", hint: "look at it", physical: "none" },
});

interface Session {
  readonly exchange: LineExchange;
  readonly serial: string;
  readonly firmware: string;
}

const ask = async ({ exchange }: Session, line: string) => (await exchange.ask(line, { timeoutMs: 500 }))[0] ?? "";
const countOf = (answer: string) => Number(answer.split(" ")[0]);

/** The counter of the other tests, in the short form: `run` waits on the wire until the stroke is over. */
function shortCounter(probed: "truthful" | "lying" = "truthful") {
  const values = {
    title: "One stroke",
    version: "1",
    params: { tag: text(), force: quantity("N"), duration: quantity("ms") },
    result: { count: integer() },
    duration: { typicalMs: 1_000, maxMs: 60_000 },
  };
  return defineDevice({
    kind: "test-counter",
    driverVersion: "1.0.0",
    capability: "counter",
    title: { en: "Counter", ja: "計数器" },
    provenance: { manual: "test/support/counter.ts", metHardware: false },
    config: z.strictObject({ greeting: z.string() }),
    async connect(stream, config, { linkClock }): Promise<Session> {
      const exchange = createLineExchange(stream, { linkClock, terminator: "\n" });
      const [, firmware = "", serial = ""] =
        (await exchange.ask(config.greeting, { timeoutMs: 500 }))[0]?.split(" ") ?? [];
      return { exchange, firmware, serial };
    },
    identify: ({ serial, firmware }) => ({ serial, firmware }),
    faults,
    operations: {
      stroke: {
        ...values,
        before: async (session) => ({ count: countOf(await ask(session, "COUNT?")) }),
        async run(session, { tag, duration }, { done, linkClock, signal }) {
          const answer = await ask(session, `STROKE ${tag} ${duration.value}`);
          if (answer !== "OK") throw faults.refused({ answer });
          for (;;) {
            signal.throwIfAborted();
            const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
            if (busyWith !== "-") continue;
            return done(
              { count: Number(count) },
              { executed: { force: { value: 4, unit: "N" } }, evidence: { at: linkClock.now() } },
            );
          }
        },
        async probe(session, _params, before, { done }) {
          // What the compiler refuses, for those who write drivers without it.
          if (probed === "lying") return { outcome: "running", decisive: true, evidence: {} } as never;
          const [count, busyWith] = (await ask(session, "COUNT?")).split(" ");
          const evidence = { count: Number(count), before: before["count"] ?? null };
          if (busyWith !== "-") return { outcome: "unknown", decisive: false, evidence };
          if (Number(count) === before["count"]) return { outcome: "not-happened", decisive: true, evidence };
          return { outcome: "happened", decisive: true, evidence, ending: done({ count: Number(count) }) };
        },
      },
      look: {
        ...values,
        retryClass: "retry-safe",
        run: async (session, _params, { done }) => done({ count: countOf(await ask(session, "COUNT?")) }),
      },
      jump: {
        ...values,
        retryClass: "retry-safe",
        async run(session) {
          throw faults.refused({ answer: await ask(session, "JUMP") }, { asked: "JUMP" });
        },
      },
      set: {
        ...values,
        retryClass: "idempotent",
        async run(session, { tag }, { done }) {
          await ask(session, `STROKE ${tag} 0`);
          return done({ count: 1 });
        },
      },
    },
  });
}

test("an act in the short form is carried out once, with its result, what was executed, and its evidence", async () => {
  const bench = createBench({ definition: shortCounter() });
  await bench.ready();
  await bench.execute(1);
  await bench.pass(1_200);
  expect(bench.reports(1)).toEqual(["accepted", "started", "succeeded"]);
  expect(bench.last("report")).toMatchObject({
    result: { count: 1 },
    executed: { force: { value: 4, unit: "N" }, duration: { value: 1_000, unit: "ms" } },
    evidence: { at: expect.any(Number) },
  });
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("its first byte leaves only once `started` is in the journal (D4)", async () => {
  const bench = createBench({ definition: shortCounter() });
  await bench.ready();
  const states: (string | undefined)[] = [];
  bench.plant.mischief = (line) => {
    if (line.startsWith("STROKE")) states.push(bench.journal().get(idOf(1))?.state);
    return null;
  };
  await bench.execute(1);
  await bench.pass(3_000);
  expect(states).toEqual(["started"]);
});

test("after a crash its end is found by the probe, and `run` is never entered again (D7)", async () => {
  const bench = createBench({ definition: shortCounter() });
  await bench.ready();
  await bench.execute(1);
  await bench.pass(100);
  bench.device().kill();
  await bench.pass(5_000);
  await bench.ready();
  await bench.pass(1_000);
  expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("a probe that finds it running all the same makes nobody run it again", async () => {
  const bench = createBench({ definition: shortCounter("lying") });
  await bench.ready();
  await bench.execute(1);
  await bench.pass(100);
  bench.device().kill();
  await bench.pass(5_000);
  await bench.ready();
  await bench.pass(120_000);
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
  expect(bench.journal().get(idOf(1))?.state).toBe("unknown");
});

test.each([
  ["look", "retry-safe", "failed", "none"],
  ["set", "idempotent", "unknown", "unknown"],
] as const)("%s, which is %s, needs no probe: cut short it ends as %s", async (op, retryClass, state, physical) => {
  const definition = shortCounter();
  const bench = createBench({ definition });
  await bench.ready();
  bench.plant.mischief = (line) => (line.startsWith("STROKE") || line === "COUNT?" ? "drop before" : null);
  await bench.execute(1, { op, retryClass });
  await bench.pass(5_000);
  expect(bench.journal().get(idOf(1))).toMatchObject({ state, physical });
  expect(definition.operations[op]?.probes).toBe(op === "set" ? false : undefined);
});

test("a declared fault ends the act with its code, its hint, its evidence and how far matter had moved", async () => {
  const bench = createBench({ definition: shortCounter() });
  await bench.ready();
  await bench.execute(1, { op: "jump", retryClass: "retry-safe" });
  await bench.pass(500);
  expect(bench.journal().get(idOf(1))).toMatchObject({
    state: "failed",
    physical: "none",
    error: { code: "counter.refused", message: "the counter said ?; look at it", class: "instrument" },
    evidence: { asked: "JUMP" },
  });
  // An answer, not a lost contact: the wire stays.
  expect(bench.plant.heard.filter((line) => line === "HELLO")).toHaveLength(1);
});
