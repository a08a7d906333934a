import family from "@labloop/device-modbus";
import type { Values } from "@labloop/contracts";
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
    speed: { kind: "holding", address: 0, scale: 0.5, unit: "mL/min", access: "read-write" },
    fill: { kind: "holding", address: 1, type: "f32", unit: "mL", access: "read-write" },
    turns: { kind: "holding", address: 3, scale: 10, access: "read-write" },
    fault: { kind: "input", address: 4 },
    version: { kind: "input", address: 5, scale: 0.01 },
  },
  firmware: "version",
  health: { register: "fault", ok: 0, says: { 3: "the door is open" } },
  calibration: { values: ["set.reached"], everyDays: 365, method: "a reference flow meter" },
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
    set: {
      title: "Set the flow",
      retryClass: "idempotent",
      duration: {
        typicalMs: 1_000,
        maxMs: 10_000,
        byParams: { terms: [{ ms: 60_000, of: ["fill"], per: ["speed"] }] },
      },
      params: {
        speed: { type: "quantity", unit: "L/h" },
        fill: { type: "quantity", unit: "mL" },
        turns: { type: "integer" },
      },
      result: { reached: { type: "quantity", unit: "bar" } },
      write: ["speed", "fill", "turns"].map((name) => ({ register: name, from: name })),
      read: { reached: "pressure" },
    },
  },
};

function define(document: object) {
  return family.define({
    document: family.declaration.parse(document),
    file: "pump.yaml",
    readBeside: () => ({ ok: false, faults: [] }),
    faultAt: (path, fault) => ({ ...fault, path: path.join(".") }),
  });
}

/** A pump whose registers the test sets, and a session of its declared driver. */
async function open(table: { doses: number; state: number; pressure?: number; fault?: number }) {
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
        { at: { kind: "holding", address: 0 }, read: () => 0, write: write("speed") },
        { at: { kind: "holding", address: 1, type: "f32" }, read: () => 0, write: write("fill") },
        { at: { kind: "holding", address: 3 }, read: () => 0, write: write("turns") },
        { at: { kind: "input", address: 4 }, read: () => table.fault ?? 0 },
        { at: { kind: "input", address: 5 }, read: () => 212 },
      ]),
  };
  const defined = define(declared);
  if (!defined.ok) throw new Error(JSON.stringify(defined.faults));
  const session = await within(clock, defined.value.connect(wireTo(plant, clock), {}, driverContext(clock)));
  const watching = new AbortController();
  const context = { ...operationContext(clock), signal: watching.signal };
  const { dose, set } = defined.value.operations;
  if (dose === undefined || set === undefined) throw new Error("the pump lacks an operation");
  return {
    definition: defined.value,
    identity: defined.value.identify(session),
    health: () => within(clock, Promise.resolve(defined.value.health?.look(session, driverContext(clock)))),
    set: async (params: Values) => {
      await within(clock, set.start(session, params, {}, context));
      return within(clock, set.watch(session, params, {}, context));
    },
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

test("a register says by which firmware it works; one that the table does not have is a fault", async () => {
  expect((await open({ doses: 7, state: 0 })).identity).toEqual({ serial: null, firmware: "2.12" });
  const faulty = define({ ...declared, serial: "plate" });
  expect(faulty.ok ? [] : faulty.faults).toMatchObject([{ code: "modbus.noRegister", path: "serial" }]);
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

test("what a register rounds is what was carried out, in the unit asked in; a float is left as it was asked for", async () => {
  const { set, written } = await open({ doses: 0, state: 0 });
  const flow = { value: 0.61, unit: "L/h" };
  const ended = await set({ speed: flow, fill: { value: 36.6, unit: "mL" }, turns: 14 });
  // 0.61 L/h are 10.1667 mL/min, and the register counts in halves.
  expect(written).toEqual(["speed 20", `fill ${Math.fround(36.6)}`, "turns 1"]);
  expect(ended).toMatchObject({
    state: "succeeded",
    executed: { speed: { value: 0.6, unit: "L/h" }, fill: { value: 36.6, unit: "mL" }, turns: 10 },
  });
});

test("a condition, a calibration and durations are declared as in TypeScript, and what they name has to be there", async () => {
  const { definition, health, table } = await open({ doses: 0, state: 0 });
  expect(await health()).toBe("ok");
  table.fault = 3;
  expect(await health()).toEqual({ attention: "fault is 3: the door is open" });
  table.fault = 4;
  expect(await health()).toEqual({ attention: "fault is 4" });
  expect(definition.calibration).toEqual(declared.calibration);
  expect(definition.operations["set"]?.duration.byParams?.terms).toHaveLength(1);
  const { set } = declared.operations;
  const wrong = define({
    ...declared,
    health: { register: "alarm", ok: 0, says: { open: "?" } },
    calibration: { ...declared.calibration, values: ["set.flow"], renew: { operation: "zero" } },
    operations: { set: { ...set, duration: { ...set.duration, byParams: { terms: [{ ms: 1, of: ["volume"] }] } } } },
  });
  expect(wrong.ok ? [] : wrong.faults.map(({ code, path }) => `${code} at ${path}`)).toEqual([
    "modbus.noRegister at health.register",
    "modbus.noNumber at health.says.open",
    "modbus.noResult at calibration.values.0",
    "modbus.noOperation at calibration.renew.operation",
    "modbus.noNumber at operations.set.duration.byParams.terms.0.of.0",
  ]);
});
