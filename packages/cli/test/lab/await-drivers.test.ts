import { createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import { awaitDrivers } from "../../src/lab/await-drivers.ts";

const born = (device: string) =>
  ({ type: "device.born", device, bootId: "b".repeat(26), journalId: "j", bdSeq: 1 }) as const;

function waiting(devices: readonly string[], heard: readonly string[] = []) {
  const clock = createVirtualClock(0);
  const said: string[] = [];
  const awaited = awaitDrivers({
    devices,
    heard,
    lab: "bench",
    broker: "mqtt://127.0.0.1:1883",
    startedBy: (device) => `start ${device}`,
    linkClock: clock,
    say: (line) => said.push(line),
  });
  const pass = (ms: number) => {
    const end = clock.now() + ms;
    let isOver = false;
    clock.at(end, () => (isOver = true));
    return clock.run(() => isOver);
  };
  return { awaited, said, pass };
}

test("what a campaign waits for is told within moments, with topic, broker and command line, and when it has come", async () => {
  const { awaited, said, pass } = waiting(["pump"]);
  await pass(3_000);
  expect(said).toEqual([
    "waiting for the driver of pump: nothing on labloop/v1/bench/device/pump/state at mqtt://127.0.0.1:1883",
    "    start it: start pump",
    "    where it does run, see that it has this lab, this device and this broker",
  ]);
  await pass(60_000);
  expect(said).toHaveLength(3);
  awaited.take(born("pump"));
  expect(said.at(-1)).toBe("the driver of pump has come");
});

test("nothing is said of drivers that are there or come at once, nor of a short absence; a long one is told", async () => {
  const { awaited, said, pass } = waiting(["pump", "arm"], ["arm"]);
  awaited.take(born("pump"));
  await pass(10_000);
  awaited.take({ type: "device.lost", device: "pump", reason: "will" });
  await pass(500);
  awaited.take({ type: "device.heard", device: "pump" });
  await pass(10_000);
  expect(said).toEqual([]);
  awaited.take({ type: "device.lost", device: "arm", reason: "silent" });
  awaited.take({ type: "device.lost", device: "balance", reason: "silent" });
  await pass(10_000);
  expect(said.map((line) => line.split(":")[0])).toEqual([
    "waiting for the driver of arm",
    "    start it",
    "    where it does run, see that it has this lab, this device and this broker",
  ]);
});

test("nothing is said after the end", async () => {
  const { awaited, said, pass } = waiting(["pump"]);
  awaited.close();
  awaited.take({ type: "device.lost", device: "pump", reason: "will" });
  await pass(500);
  awaited.close();
  await pass(10_000);
  expect(said).toEqual([]);
});
