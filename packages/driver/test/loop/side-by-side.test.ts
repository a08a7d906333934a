import { sleep } from "@labloop/contracts";
import { expect, test } from "vitest";
import type { DeviceDefinition } from "../../src/index.ts";
import { createBench, executeOf, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

type Operations =
  typeof counterDevice extends DeviceDefinition<infer _Config, infer Session>
    ? DeviceDefinition<unknown, Session>["operations"]
    : never;

/** A device with two arms, and what they did: begun and ended, by command. */
function createArms() {
  const went: string[] = [];
  const tagOf = (params: Record<string, unknown>) => String(params["tag"]).slice(-3);
  const one = {
    title: "Move an arm",
    version: "1",
    params: { tag: { type: "string" } },
    result: {},
    duration: { typicalMs: 1_000, maxMs: 60_000 },
    baseline: async () => ({}),
    async start(_session, params) {
      went.push(`${tagOf(params)} begins`);
    },
    async watch(_session, params, _baseline, { labClock, signal }) {
      await sleep(labClock, 1_000, signal);
      went.push(`${tagOf(params)} ends`);
      return { state: "succeeded", result: {}, executed: {} };
    },
    probe: async () => ({ outcome: "unknown", decisive: false, evidence: {} }),
  } satisfies Operations[string];
  const definition = {
    ...counterDevice,
    operations: {
      left: { ...one, locks: ["left"] },
      right: { ...one, locks: ["right"] },
      handOver: { ...one, locks: ["left", "right"] },
      tidy: one,
    },
  };
  return { went, definition };
}

const order = (n: number, op: string) => ({ op, params: { tag: executeOf({ now: () => 0 }, n).stepId.slice(-3) } });

test("D14: commands without a lock in common run side by side", async () => {
  const { went, definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, "left"));
  await bench.execute(2, order(2, "right"));
  await bench.pass(500);
  expect(bench.reports(2)).toEqual(["started"]);
  await bench.pass(2_000);
  expect(went).toEqual(["001 begins", "002 begins", "001 ends", "002 ends"]);
});

test.each([
  ["left", "left"],
  ["left", "handOver"],
  ["handOver", "right"],
  ["left", "tidy"],
  ["tidy", "right"],
])("D14: while %s runs the device is busy for %s", async (first, second) => {
  const { went, definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, first));
  await bench.execute(2, order(2, second));
  await bench.pass(2_500);
  expect(bench.last("report")).toMatchObject({ state: expect.any(String) });
  expect(bench.journal().get(idOf(2))?.error?.code).toBe("busy");
  expect(went).toEqual(["001 begins", "001 ends"]);
});

test("D14: what waits for two arms begins when both are free, and never beside either", async () => {
  const { went, definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, "left"));
  await bench.pass(300);
  await bench.execute(2, order(2, "right"));
  await bench.execute(3, { ...order(3, "handOver"), requires: [{ commandId: idOf(1), state: "succeeded" }] });
  await bench.pass(4_000);
  expect(went).toEqual(["001 begins", "002 begins", "001 ends", "002 ends", "003 begins", "003 ends"]);
});

test("D14: a heartbeat names everything that runs; the locks are announced", async () => {
  const { definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, "left"));
  await bench.execute(2, order(2, "right"));
  await bench.pass(970);
  expect(bench.heartbeats.at(-1)?.running).toEqual([idOf(1), idOf(2)]);
  expect(bench.device().caps().operations["handOver"]?.locks).toEqual(["left", "right"]);
  expect(bench.device().caps().operations["tidy"]).not.toHaveProperty("locks");
});

test("D7, D14: what ran side by side when the driver died is settled side by side", async () => {
  const { definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, "left"));
  await bench.execute(2, order(2, "right"));
  await bench.pass(300);
  bench.device().kill();
  await bench.ready();
  await bench.pass(100);
  expect([1, 2].map((n) => bench.journal().get(idOf(n))?.state)).toEqual(["unknown", "unknown"]);
});

test("S2, D14: an E-STOP marks and interrupts everything that runs, in one transaction", async () => {
  const { definition } = createArms();
  const bench = createBench({ definition });
  await bench.ready();
  await bench.execute(1, order(1, "left"));
  await bench.execute(2, order(2, "right"));
  await bench.pass(300);
  await bench.estop(3);
  await bench.pass(50);
  expect(bench.last("stopped").running.map(({ commandId }) => commandId)).toEqual([idOf(1), idOf(2)]);
  expect([1, 2].map((n) => bench.journal().get(idOf(n))?.state)).toEqual(["unknown", "unknown"]);
});
