import { sleep, type Values } from "@labloop/contracts";
import { expect, test } from "vitest";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const stroke = counterDevice.operations["stroke"]!;

/** A device whose act reports these parts, one every 500 ms, before it watches its end. */
function growing(parts: readonly Values[]) {
  const grow: typeof stroke = {
    ...stroke,
    hasPartials: true,
    result: { count: { type: "integer" }, curve: { type: "series", unit: "N" } },
    async watch(_session, params, _baseline, { labClock, partial, signal }) {
      for (const part of parts) {
        await sleep(labClock, 500, signal);
        partial(part);
      }
      await sleep(labClock, 5_000, signal);
      const result = { count: 1, curve: { values: [1, 2, 3], unit: "N" } };
      return { state: "succeeded", result, executed: params };
    },
  };
  return { ...counterDevice, operations: { stroke: grow } };
}
const curve = (...values: number[]) => ({ curve: { values, unit: "N" } });

async function begun(parts: readonly Values[], bench = createBench({ definition: growing(parts) })): Promise<Bench> {
  await bench.ready();
  await bench.execute(1);
  return bench;
}
const parts = (bench: Bench) =>
  bench.heard.flatMap((message) =>
    message.kind === "report" && message.partial !== undefined ? [[message.state, message.partial.seq]] : [],
  );

test("D20: parts are durable before they are reported, numbered, and the end takes their place", async () => {
  const bench = await begun([curve(1), curve(1, 2)]);
  await bench.pass(600);
  expect(bench.journal().get(idOf(1))?.partial).toEqual({ seq: 1, values: curve(1) });
  expect(bench.last("report")).toMatchObject({ state: "started", partial: { seq: 1, values: curve(1) } });
  await bench.pass(500);
  expect(bench.last("report").partial).toEqual({ seq: 2, values: curve(1, 2) });
  await bench.pass(6_000);
  expect(bench.last("report")).toMatchObject({ state: "succeeded", result: curve(1, 2, 3) });
  expect(bench.last("report")).not.toHaveProperty("partial");
});

test("D20: a part is said again after 1, 2, 4 … s until it is acknowledged, and then its successor", async () => {
  const bench = await begun([curve(1)]);
  await bench.pass(4_000);
  expect(parts(bench)).toEqual([
    ["started", 1],
    ["started", 1],
    ["started", 1],
  ]);
  const acked = await begun([curve(1)]);
  await acked.pass(600);
  await acked.ack([1]);
  await acked.pass(4_000);
  expect(parts(acked)).toEqual([["started", 1]]);
  await acked.pass(2_000);
  expect(acked.reports(1)).toContain("succeeded");
});

test("D20: on every connect the latest part is said again, and a reconcile shows it", async () => {
  const bench = await begun([curve(1)]);
  await bench.pass(600);
  await bench.ack([1]);
  bench.bus().drop();
  await bench.pass(10);
  bench.bus().rejoin();
  await bench.pass(10);
  expect(parts(bench)).toHaveLength(2);
  await bench.reconcile([1]);
  expect(bench.last("snapshot").entries).toMatchObject([{ state: "started", partial: { seq: 1 } }]);
});

test("D20: after a restart the parts of before are still told, and the act still ends once", async () => {
  const bench = await begun([curve(1)]);
  await bench.pass(700);
  bench.device().kill();
  await bench.ready();
  expect(bench.last("snapshot").unlisted).toMatchObject([{ partial: { seq: 1, values: curve(1) } }]);
  await bench.pass(20_000);
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test.each([
  ["in another unit", { curve: { values: [1], unit: "kN" } }],
  ["of another name", { speed: 3 }],
  ["above 192 KiB", curve(...Array.from({ length: 40_000 }, () => 0.123456))],
  ["no number", { count: Number.NaN }],
])("D20: a part %s is left out, and the act goes on", async (_name, part) => {
  const bench = await begun([part as Values, curve(1)]);
  await bench.pass(8_000);
  expect(new Set(parts(bench).map(([, seq]) => seq))).toEqual(new Set([1]));
  expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  expect(bench.logged.filter((line) => line.startsWith("error"))).toHaveLength(1);
});

test("D20: that it reports parts is announced", async () => {
  const bench = await begun([]);
  expect(bench.device().caps().operations["stroke"]?.partial).toBe(true);
});
