import type { Telemetry as TelemetryMessage } from "@labloop/contracts";
import { expect, test } from "vitest";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const channels = { plate: { unit: "degC" }, door: { unit: "1", description: "1 while closed" } };
type Reading = Readonly<Record<string, number | null>>;

async function reading(
  read: () => Promise<Reading>,
  everyMs = 250,
): Promise<{ bench: Bench; batches: TelemetryMessage[] }> {
  const bench = createBench({ definition: { ...counterDevice, telemetry: { channels, everyMs, read } } });
  const batches: TelemetryMessage[] = [];
  bench.engine.subscribe({ key: "telemetry", name: "+", onDelivery: ({ payload }) => void batches.push(payload) });
  await bench.ready();
  return { bench, batches };
}

test("telemetry comes in batches of a second, with unit, monotonic time and a number for each channel", async () => {
  let degrees = 20;
  const { bench, batches } = await reading(async () => ({ plate: degrees++, door: 1 }));
  await bench.pass(10_000);
  expect(batches.length).toBeGreaterThanOrEqual(9);
  expect(batches.length).toBeLessThanOrEqual(12);
  const plate = batches.flatMap(({ readings }) => readings.filter(({ channel }) => channel === "plate"));
  expect(plate.slice(0, 3)).toMatchObject([
    { value: 20, unit: "degC", n: 0, valid: true },
    { value: 21, n: 1 },
    { value: 22, n: 2 },
  ]);
  expect(plate.slice(1).every(({ tMono }, index) => tMono - (plate[index]?.tMono ?? 0) === 250)).toBe(true);
  expect(plate.length).toBeGreaterThan(35);
});

test("E15: what cannot be read, or is no number, is told as invalid, and nothing breaks", async () => {
  const odd: Reading[] = [{ plate: Number.NaN, door: null }, { plate: Number.POSITIVE_INFINITY }, {}];
  let n = 0;
  const { bench, batches } = await reading(async () => {
    const value = odd[n++];
    if (value === undefined) throw new Error("no sensor");
    return value;
  });
  await bench.execute(1);
  await bench.pass(5_000);
  const readings = batches.flatMap((batch) => batch.readings);
  expect(readings.length).toBeGreaterThan(30);
  expect(new Set(readings.map(({ valid, value }) => `${valid} ${value}`))).toEqual(new Set(["false 0"]));
  expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  expect(bench.logged.filter((line) => line.includes("telemetry"))).toHaveLength(1);
});

test("telemetry stops with the session, comes back with the next, and ends with the device", async () => {
  const { bench, batches } = await reading(async () => ({ plate: 20, door: 1 }));
  await bench.pass(2_000);
  bench.plant.isReachable = false;
  bench.plant.hangUp();
  await bench.pass(1_000);
  const before = batches.length;
  await bench.pass(30_000);
  expect(batches.length).toBe(before);
  bench.plant.isReachable = true;
  await bench.pass(17_000);
  expect(batches.length).toBeGreaterThan(before);
  bench.device().kill();
  const last = batches.length;
  await bench.pass(30_000);
  expect(batches.length).toBe(last);
});

test("I10: while the broker is away readings are dropped, not kept for later", async () => {
  const { bench, batches } = await reading(async () => ({ plate: 20, door: 1 }));
  bench.bus().drop();
  await bench.pass(600_000);
  bench.bus().rejoin();
  const before = batches.length;
  await bench.pass(3_000);
  expect(batches.slice(before).every(({ readings }) => readings.length <= 10)).toBe(true);
});

test("telemetry slower than a second is sent reading by reading, and its channels are announced", async () => {
  const { bench, batches } = await reading(async () => ({ plate: 20, door: 1 }), 5_000);
  await bench.pass(20_000);
  expect(batches.map(({ readings }) => readings.length)).toEqual([2, 2, 2, 2, 2]);
  expect(bench.device().caps().telemetry).toEqual(channels);
});
