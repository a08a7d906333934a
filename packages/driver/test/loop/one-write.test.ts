import { expect, test } from "vitest";
import type { JournalChange } from "../../src/index.ts";
import { type Bench, createBench, deviceId, executeOf, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";
import { dyingAt, storeWith } from "../support/failing-store.ts";

const { stroke } = counterDevice.operations;
/** An instrument that has nothing to read before the act, so that an act starts in the turn that its order comes in. */
const definition = {
  ...counterDevice,
  operations: { ...counterDevice.operations, stroke: { ...stroke!, baseline: async () => ({ count: 0 }) } },
};

/** Everything the journal was told, as one line a transaction. */
function lineOf({ record, records = [], ackedIds = [] }: JournalChange): string {
  const states = [...records, ...(record === undefined ? [] : [record])].map((one) => `${one.dseq} ${one.state}`);
  return [...states, ...ackedIds.map((commandId) => `${commandId.slice(-4, -2)} acked`)].join(", ");
}

/** A device whose transactions are noted from when it is ready; `isFull` refuses them. */
async function noting() {
  const bench = createBench({ definition });
  const lines: string[] = [];
  const disk = { isFull: false };
  await bench.ready((store) =>
    storeWith(store, (change, write) => {
      if (disk.isFull) throw new Error("database or disk is full");
      write();
      lines.push(lineOf(change));
    }),
  );
  lines.length = 0;
  return { bench, lines, disk };
}

test("D2, D4: what starts at once is accepted and started in one transaction, and reported as started", async () => {
  const { bench, lines } = await noting();
  await bench.execute(1);
  await bench.pass(3_000);
  expect(lines).toEqual(["1 started", "1 succeeded"]);
  expect(bench.reports(1).slice(0, 2)).toEqual(["started", "succeeded"]);
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("D2: what cannot start at once is accepted in a transaction of its own, before anybody is told", async () => {
  const { bench, lines } = await noting();
  await bench.execute(1, { op: "look" });
  await bench.pass(3_000);
  expect(lines[0]).toBe("1 accepted");
  expect(bench.reports(1)[0]).toBe("accepted");
});

test("D2: a copy that comes in the same turn is answered with what is durable, and acts no second time", async () => {
  const { bench, lines } = await noting();
  const order = executeOf(bench.clock, 1);
  void bench.engine.publish("command", deviceId, order);
  void bench.engine.publish("command", deviceId, order);
  await bench.pass(3_000);
  expect(lines).toEqual(["1 started", "1 succeeded"]);
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("D6: an acknowledgement is written with the next command, or after a second by itself", async () => {
  const { bench, lines } = await noting();
  await bench.execute(1);
  await bench.pass(1_500);
  await bench.ack([1]);
  await bench.execute(2);
  await bench.pass(1_500);
  expect(lines.slice(2)).toEqual(["2 started, 01 acked", "2 succeeded"]);
  expect(bench.reports(1).filter((state) => state === "succeeded").length).toBeLessThanOrEqual(2);
  await bench.ack([2]);
  const told = bench.reports(2).length;
  await bench.pass(100_000);
  expect(lines.slice(4)).toEqual(["02 acked"]);
  expect(bench.reports(2)).toHaveLength(told);
});

test("D6: an acknowledgement that died with its driver makes the next one report again", async () => {
  const { bench } = await noting();
  await bench.execute(1);
  await bench.pass(1_500);
  await bench.ack([1]);
  bench.device().kill();
  const told = bench.reports(1).length;
  await bench.ready();
  await bench.pass(100);
  expect(bench.reports(1).length).toBeGreaterThan(told);
});

test("D10: an order whose one transaction fails is refused and was never there; the same id runs once there is room", async () => {
  const { bench, lines, disk } = await noting();
  disk.isFull = true;
  await bench.execute(1);
  await bench.pass(100);
  expect(bench.refusals()).toEqual(["journal-unavailable"]);
  expect(bench.reports(1)).toEqual([]);
  expect(bench.journal().get(idOf(1))).toBeUndefined();
  disk.isFull = false;
  await bench.execute(2);
  await bench.pass(1_500);
  await bench.execute(1);
  await bench.pass(1_500);
  expect(lines).toEqual(["2 started", "2 succeeded", "1 started", "1 succeeded"]);
  expect([1, 2].map((n) => bench.plant.strokes.get(idOf(n)))).toEqual([1, 1]);
});

/** What an engine does after a crash: asks, sends the same id again if it was never seen, and waits for the end. */
async function recover(bench: Bench): Promise<void> {
  await bench.ready();
  await bench.reconcile([1]);
  await bench.execute(1);
  await bench.pass(3_000);
}

test("D4, D5, D7: killed at any write, what started at once acts at most once and its end tells the truth", async () => {
  const verdicts = new Set<string>();
  for (const when of ["before", "after"] as const) {
    for (let n = 0; n < 5; n++) {
      const bench = createBench({ definition });
      await bench.boot((store) => dyingAt(store, n, when, () => bench.device().kill())).catch(() => undefined);
      await bench.pass(50);
      await bench.beat();
      await bench.reconcile();
      await bench.execute(1);
      await bench.pass(3_000);
      bench.device().kill();
      await recover(bench);
      const record = bench.journal().get(idOf(1));
      verdicts.add(`${record?.state} ${record?.physical} ${bench.plant.strokes.get(idOf(1)) ?? 0}`);
    }
  }
  expect([...verdicts].sort()).toEqual(["failed none 0", "succeeded full 1"]);
});
