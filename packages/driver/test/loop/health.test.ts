import { expect, test } from "vitest";
import type { Condition } from "../../src/index.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const everyMs = 10_000;

async function looking(look: () => Promise<Condition>): Promise<Bench> {
  const bench = createBench({ definition: { ...counterDevice, health: { everyMs, look } } });
  await bench.ready();
  return bench;
}

const healthIn = (bench: Bench) => bench.heartbeats.at(-1)?.health;
const warnings = (bench: Bench) => bench.logged.filter((line) => line.includes("condition"));

test("what a driver knows of its instrument is in every heartbeat, in its words, with the time since when", async () => {
  let condition: Condition = "ok";
  const bench = await looking(async () => condition);
  expect(bench.announced.at(-1)?.caps.contract.features).toContain("health");
  await bench.pass(2_000);
  expect(healthIn(bench)).toMatchObject({ state: "ok", since: expect.stringMatching(/^2026-01-05T08:00:00/) });
  condition = { attention: "paper for 10 prints" };
  await bench.pass(everyMs);
  const since = healthIn(bench)?.since;
  condition = { attention: "paper for 9 prints" };
  await bench.pass(everyMs);
  // Other words of the same state do not make it younger.
  expect(healthIn(bench)).toEqual({ state: "attention", message: "paper for 9 prints", since });
  expect(warnings(bench)).toHaveLength(1);
  condition = "ok";
  await bench.pass(everyMs);
  expect(healthIn(bench)).toMatchObject({ state: "ok", since: expect.stringMatching(/^2026-01-05T08:00:3/) });
});

test.each([
  ["throws", async () => Promise.reject(new Error("E42")), "its driver could not tell: E42"],
  [
    "throws at once",
    () => {
      throw new Error("E43");
    },
    "its driver could not tell: E43",
  ],
  ["says what is no word", async () => "fine" as never, expect.stringContaining("its driver could not tell")],
  ["hangs", () => new Promise<never>(() => {}), "its driver has not answered for 30 s"],
] as const)(
  "a look that %s does no harm: acts are carried out, and the condition is unknown",
  async (_, look, message) => {
    const bench = await looking(look);
    await bench.execute(1);
    await bench.pass(2_000);
    await bench.ack([1]);
    await bench.pass(38_000);
    expect(bench.reports(1)).toEqual(["accepted", "started", "succeeded"]);
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
    expect(healthIn(bench)).toMatchObject({ state: "unknown", message });
    expect(bench.heartbeats.at(-1)?.degraded).toBeUndefined();
    expect(warnings(bench)).toHaveLength(1);
  },
);

test("a look that hangs is not repeated over the same session, and a fresh session is looked at anew", async () => {
  let looks = 0;
  const bench = await looking(() => {
    looks++;
    return looks === 1 ? new Promise<never>(() => {}) : Promise.resolve("ok");
  });
  await bench.pass(10 * everyMs);
  expect(looks).toBe(1);
  bench.plant.hangUp();
  await bench.pass(1);
  await bench.pass(everyMs + 2_000);
  expect(looks).toBeGreaterThan(1);
  expect(healthIn(bench)).toMatchObject({ state: "ok" });
});

test("nothing is looked at while an act is under way, unless the driver says that it may be", async () => {
  const looksOf = async (whileActing: boolean) => {
    let looks = 0;
    const look = async () => (++looks, "ok" as const);
    const definition = { ...counterDevice, health: { everyMs: 200, whileActing, look } };
    const bench = createBench({ definition });
    await bench.ready();
    await bench.pass(1_000);
    await bench.execute(1);
    const before = looks;
    await bench.pass(900);
    expect(bench.reports(1)).toEqual(["accepted", "started"]);
    return looks - before;
  };
  expect(await looksOf(false)).toBe(0);
  expect(await looksOf(true)).toBeGreaterThan(2);
});

test("a device without contact, or whose driver never looks, says nothing of its condition", async () => {
  const silent = createBench();
  await silent.ready();
  await silent.pass(2_000);
  expect(healthIn(silent)).toBeUndefined();
  const bench = await looking(async () => "ok");
  await bench.pass(2_000);
  bench.plant.isReachable = false;
  bench.plant.hangUp();
  await bench.pass(5_000);
  expect(bench.heartbeats.at(-1)).toMatchObject({ degraded: expect.stringContaining("connection") });
  expect(healthIn(bench)).toBeUndefined();
});
