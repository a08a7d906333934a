import family from "@labloop/device-modbus";
import type { Evidence } from "@labloop/driver";
import { expect, test } from "vitest";
import { serveModbus } from "../src/plants/modbus-server.ts";
import { driverContext, operationContext, until, virtualClock, within, wireTo } from "./support/plant-bench.ts";

const declared = {
  kind: "pump",
  capability: "pump",
  title: { en: "Pump" },
  manual: "none",
  framing: "tcp",
  registers: {
    doses: { kind: "input", address: 0 },
    state: { kind: "input", address: 1 },
    pressure: { kind: "input", address: 2, type: "f32", unit: "bar" },
    start: { kind: "coil", address: 0, access: "read-write" },
    cut: { kind: "coil", address: 1, access: "read-write" },
  },
  telemetry: { everyMs: 1_000, registers: ["pressure"] },
  operations: {
    dose: {
      title: "Dose",
      duration: { typicalMs: 1_000, maxMs: 10_000 },
      write: [{ register: "start", value: 1 }],
      until: { register: "state", equals: 0 },
      failed: { register: "state", equals: 2 },
      probe: { counter: "doses", rises: "begin", running: { register: "state", equals: 1 } },
      stop: [{ register: "cut", value: 1 }],
    },
  },
};

/** A pump whose registers the test sets, and a session of its declared driver. */
async function open(table: { doses: number; state: number; pressure?: number }) {
  const clock = virtualClock();
  const written: string[] = [];
  const write = (name: string) => (value: number) => {
    written.push(`${name} ${value}`);
    return null;
  };
  const plant = {
    attach: (stream: Parameters<typeof serveModbus>[0]) =>
      serveModbus(stream, 1, [
        { at: { kind: "input", address: 0 }, read: () => table.doses },
        { at: { kind: "input", address: 1 }, read: () => table.state },
        { at: { kind: "input", address: 2, type: "f32" }, read: () => table.pressure ?? 0 },
        { at: { kind: "coil", address: 0 }, read: () => 0, write: write("start") },
        { at: { kind: "coil", address: 1 }, read: () => 0, write: write("cut") },
      ]),
  };
  const defined = family.define({
    document: family.declaration.parse(declared),
    file: "pump.yaml",
    readBeside: () => ({ ok: false, faults: [] }),
    faultAt: (path, fault) => ({ ...fault, path: path.join(".") }),
  });
  if (!defined.ok) throw new Error(JSON.stringify(defined.faults));
  const session = await within(clock, defined.value.connect(wireTo(plant, clock), {}, driverContext(clock)));
  const watching = new AbortController();
  const context = { ...operationContext(clock), signal: watching.signal };
  const { dose } = defined.value.operations;
  if (dose === undefined) throw new Error("the pump has no dose");
  return {
    clock,
    table,
    written,
    watching,
    baseline: () => dose.baseline(session, {}, context),
    start: () => dose.start(session, {}, {}, context),
    watch: () => dose.watch(session, {}, {}, context),
    probe: (before: Evidence) => within(clock, dose.probe(session, {}, before, context)),
    stop: () => dose.stop?.(session, context),
    telemetry: () => within(clock, Promise.resolve(defined.value.telemetry?.read(session, driverContext(clock)))),
  };
}

test.each([
  ["the same count", { doses: 7, state: 0 }, "not-happened"],
  ["one more", { doses: 8, state: 0 }, "happened"],
  ["one more, which runs", { doses: 8, state: 1 }, "running"],
  ["one more, which failed", { doses: 8, state: 2 }, "partial"],
  ["one more, which is neither at its end nor seen to run", { doses: 8, state: 9 }, "running"],
  ["two more", { doses: 9, state: 0 }, "unknown"],
])("a counter of acts that says %s", async (_what, table, outcome) => {
  const { probe } = await open(table);
  expect(await probe({ count: 7 })).toMatchObject({ outcome, decisive: outcome !== "unknown" });
});

test("a pump that runs lets no act begin, and is stopped by what is declared while it is watched", async () => {
  const { clock, table, written, baseline, watch, stop } = await open({ doses: 7, state: 1 });
  await expect(within(clock, baseline())).rejects.toMatchObject({ code: "modbus.busy" });
  const watched = watch();
  await until(clock, clock.now() + 100);
  expect(await within(clock, Promise.resolve(stop()))).toMatchObject({ state: "failed", physical: "partial" });
  expect(written).toEqual(["cut 1"]);
  table.state = 2;
  expect(await within(clock, watched)).toMatchObject({ state: "failed", error: { code: "modbus.failed" } });
});

test("an E-STOP that comes while the act waits for its turn on the wire keeps it from being written", async () => {
  const { clock, written, watching, baseline, start } = await open({ doses: 7, state: 0 });
  const before = baseline();
  const refused = expect(start()).rejects.toThrow("E-STOP");
  watching.abort(new Error("E-STOP"));
  expect(await within(clock, before)).toEqual({ count: 7 });
  await refused;
  expect(written).toEqual([]);
});

test("telemetry reads what is declared", async () => {
  expect(await (await open({ doses: 0, state: 0, pressure: 1.5 })).telemetry()).toEqual({ pressure: 1.5 });
});
