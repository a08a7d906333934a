import { expect, test } from "vitest";
import { capsOf } from "../../src/index.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

async function midStroke(op = "patient", bench = createBench()): Promise<Bench> {
  await bench.ready();
  await bench.execute(1, { op });
  await bench.pass(300);
  return bench;
}

test("D12: a paused act stands still for as long as need be, and ends as one act after it was resumed", async () => {
  const bench = await midStroke();
  await bench.ask("pause", 1);
  await bench.pass(10);
  expect(bench.last("control-result")).toMatchObject({ rid: "rid-pause", ok: true });
  await bench.pass(60_000);
  expect(bench.journal().get(idOf(1))?.state).toBe("started");
  await bench.ask("resume", 1);
  await bench.pass(2_000);
  expect(bench.last("control-result")).toMatchObject({ rid: "rid-resume", ok: true });
  expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  expect(bench.plant.strokes.get(idOf(1))).toBe(1);
});

test("D12: a pause without a command id is for everything that runs", async () => {
  const bench = await midStroke();
  await bench.ask("pause");
  await bench.pass(5_000);
  expect(bench.journal().get(idOf(1))?.state).toBe("started");
});

test.each([
  ["what runs and cannot be paused", "stroke", 1, "device.notPausable"],
  ["a command that does not run", "patient", 2, "device.notRunning"],
] as const)("D12: for %s the answer says so", async (_name, op, n, code) => {
  const bench = await midStroke(op);
  await bench.ask("pause", n);
  await bench.pass(10);
  expect(bench.last("control-result")).toMatchObject({ ok: false, error: { code } });
  expect(bench.plant.heard).not.toContain("PAUSE");
});

test("mutant 12, D12: after a restart a pause from below the fence is refused, so the fence is on disk", async () => {
  const bench = await midStroke();
  await bench.reconcile([1], 2, "rid-2");
  bench.device().kill();
  await bench.boot();
  await bench.pass(100);
  await bench.ask("pause", 1, 1);
  await bench.ask("resume", 1, 1);
  await bench.pass(50);
  expect(bench.refusals()).toEqual(["stale-epoch", "stale-epoch"]);
  expect(bench.last("refusal")).toMatchObject({ fence: 2 });
  expect(bench.plant.heard).not.toContain("PAUSE");
  expect(bench.plant.heard).not.toContain("RESUME");
});

test.each(["fence", "pause", "resume"] as const)(
  "mutant 12, D12: %s raises the fence durably before it is obeyed",
  async (kind) => {
    const bench = await midStroke();
    await bench.ask(kind, 1, 5);
    await bench.pass(10);
    bench.device().kill();
    await bench.boot();
    await bench.pass(50);
    await bench.ask("pause", undefined, 4);
    expect(bench.last("refusal")).toMatchObject({ code: "stale-epoch", fence: 5 });
  },
);

test("D12: a fence is answered, and keeps older executes out from then on", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.ask("fence", undefined, 3);
  expect(bench.last("control-result")).toMatchObject({ rid: "rid-fence", ok: true });
  await bench.execute(1);
  expect(bench.refusals()).toEqual(["stale-epoch"]);
});

const { halt: _, ...haltless } = counterDevice;

test.each([
  ["that it has halted", counterDevice],
  ["that it cannot halt", haltless],
])("I6, S5: under an E-STOP nothing is resumed of an act %s", async (_name, definition) => {
  const bench = await midStroke("patient", createBench({ definition }));
  await bench.ask("pause", 1);
  await bench.pass(10);
  await bench.estop(3);
  await bench.ask("resume", 1);
  await bench.pass(100);
  expect(bench.last("control-result").ok).toBe(false);
  expect(bench.plant.heard).not.toContain("RESUME");
});

test("D8, D12: when the wire is gone a pause says that nobody knows", async () => {
  const bench = await midStroke();
  bench.plant.isReachable = false;
  bench.plant.hangUp();
  await bench.pass(10);
  await bench.ask("pause", 1);
  expect(bench.last("control-result")).toMatchObject({ ok: false, error: { code: "device.noContact" } });
});

test("an operation with both hooks is announced as pausable, and no other", () => {
  const { operations } = capsOf(counterDevice, { serial: null, firmware: null, heartbeatMs: 1_000 });
  const pausable = Object.entries(operations).flatMap(([name, caps]) => (caps.pausable === true ? [name] : []));
  expect(pausable).toEqual(["patient"]);
});
