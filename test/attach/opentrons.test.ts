import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRealClock } from "@labloop/clock";
import { type ByteStream, connectTcp, type DeviceDefinition, serveTcp } from "@labloop/driver";
import { createRobotServerPlant, type RobotServerPlant, type RobotStep } from "@labloop/simulator";
import { expect, test } from "vitest";
import { loadDriver } from "../../packages/cli/src/lab/load-driver.ts";
import { type Bench, createBench, idOf } from "../../packages/driver/test/support/bench.ts";
import type { counterDevice } from "../../packages/driver/test/support/counter.ts";
import { root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";

const declarations = join(root, "devices/opentrons/declarations");

/** What the robot does with `mix.py`: told from the values alone, as the real one does. */
function mix(source: string, { blue = 50, yellow = 50 }: Readonly<Record<string, unknown>>): RobotStep[] | null {
  if (!source.includes("def run(")) return null;
  if (Number(blue) > 200 || Number(yellow) > 200) return null;
  const volumes = [Number(blue), Number(yellow)].filter((volume) => volume > 0);
  const moves = volumes.flatMap((volume): RobotStep[] => [
    { commandType: "pickUpTip", durationMs: 5_000 },
    { commandType: "aspirate", durationMs: 5_000, result: { volume } },
    { commandType: "dispense", durationMs: 5_000, result: { volume } },
  ]);
  const message = `total: ${Number(blue) + Number(yellow)}`;
  return [...moves, { commandType: "comment", durationMs: 10, params: { message } }];
}

/** What comes between driver and robot: called with every chunk, it says whether that is passed on. */
type Passes = (way: "to" | "from") => boolean;

interface RobotBench extends Bench {
  readonly robot: RobotServerPlant;
  start(open?: number[]): Promise<void>;
  mix(n: number, blue?: number, yellow?: number): Promise<void>;
}

async function robotBench(
  change: Partial<Parameters<typeof createRobotServerPlant>[0]> = {},
  recovery?: string,
  passes: Passes = () => true,
): Promise<RobotBench> {
  const loaded = await loadDriver(join(declarations, "lab.yaml"), "./ot2.yaml");
  if (!loaded.ok || !("definition" in loaded.value)) throw new Error(JSON.stringify(loaded));
  const definition = recovery === undefined ? loaded.value.definition : await withRecovery(recovery);
  // The bench is typed for its own device, and runs any.
  const bench = createBench({ definition: definition as unknown as typeof counterDevice });
  const robot = createRobotServerPlant({ clock: bench.clock, program: mix, ...change });
  const attach = (stream: ByteStream) => robot.attach(through(stream, passes));
  Object.assign(bench.plant, { attach });
  return {
    ...bench,
    robot,
    async start(open = []) {
      await bench.boot(undefined, {});
      await bench.pass(100);
      await bench.beat();
      await bench.reconcile(open);
      await bench.pass(1);
    },
    mix: (n, blue = 100, yellow = 20) =>
      bench.execute(n, {
        op: "mix",
        params: { blue: { value: blue, unit: "uL" }, yellow: { value: yellow, unit: "uL" } },
        maxDurationMs: 3_600_000,
        ttlMs: 60_000,
      }),
  };
}

async function withRecovery(recovery: string): Promise<DeviceDefinition> {
  const folder = privateFolder();
  copyFileSync(join(declarations, "mix.py"), join(folder, "mix.py"));
  const text = readFileSync(join(declarations, "ot2.yaml"), "utf8");
  writeFileSync(join(folder, "ot2.yaml"), text.replace("recovery: stop", `recovery: ${recovery}`));
  const loaded = await loadDriver(join(folder, "lab.yaml"), "./ot2.yaml");
  if (!loaded.ok || !("definition" in loaded.value)) throw new Error(JSON.stringify(loaded));
  return loaded.value.definition;
}

function through(stream: ByteStream, passes: Passes): ByteStream {
  return {
    get isOpen() {
      return stream.isOpen;
    },
    write(bytes) {
      if (passes("from")) stream.write(bytes);
    },
    onData: (listener) => stream.onData((chunk) => (passes("to") ? listener(chunk) : undefined)),
    onClose: (listener) => stream.onClose(listener),
    close: () => stream.close(),
  };
}

const endOf = (bench: Bench, n: number) => bench.journal().get(idOf(n));
const pickUps = ({ robot }: RobotBench) => robot.acts.filter(({ commandType }) => commandType === "pickUpTip").length;

test("a protocol is uploaded, analysed, played once and read: parameters in, comments and results of commands out", async () => {
  const bench = await robotBench();
  await bench.start();
  await bench.mix(1);
  await bench.pass(120_000);
  expect(endOf(bench, 1)).toMatchObject({
    state: "succeeded",
    result: { total: { value: 120, unit: "uL" }, drawn: { values: [100, 20], unit: "uL" } },
    executed: { blue: { value: 100, unit: "uL" }, yellow: { value: 20, unit: "uL" } },
  });
  expect(pickUps(bench)).toBe(2);
  expect(bench.device().caps()).toMatchObject({ serial: "SIM1", firmware: "8.0.0" });
});

test("an open door, a pressed button and an analysis that does not pass: nothing is played", async () => {
  const bench = await robotBench({ isFlex: true });
  await bench.start();
  bench.robot.setDoor("open");
  await bench.mix(1);
  await bench.pass(5_000);
  bench.robot.setDoor("closed");
  bench.robot.setEstop("physicallyEngaged");
  await bench.mix(2);
  await bench.pass(5_000);
  bench.robot.setEstop("disengaged");
  expect([1, 2].map((n) => endOf(bench, n)?.error?.message)).toEqual([
    expect.stringContaining("door is open"),
    expect.stringContaining("emergency stop is physicallyEngaged"),
  ]);
  expect(bench.robot.acts).toEqual([]);

  const strict = await robotBench({
    program: (source, values) => (Object.keys(values).length > 0 ? null : mix(source, values)),
  });
  await strict.start();
  await strict.mix(1);
  await strict.pass(30_000);
  expect(endOf(strict, 1)?.error?.message).toContain("analysis of the protocol does not pass");
  expect([endOf(strict, 1)?.state, strict.robot.acts.length]).toEqual(["cancelled", 0]);
});

// Between any two messages, both ways, the driver's process may end; the robot goes on.
for (const isLost of [true, false]) {
  test(`killed at every message to and from the robot, ${isLost ? "which is lost" : "which arrives"}, it plays at most once`, async () => {
    const outcomes = new Set<string>();
    let killAt = 0;
    let isOver = false;
    while (!isOver) {
      let count = 0;
      let isArmed = false;
      killAt++;
      const bench: RobotBench = await robotBench({}, undefined, () => {
        if (!isArmed || ++count !== killAt) return true;
        bench.device().kill();
        return !isLost;
      });
      await bench.start();
      isArmed = true;
      await bench.mix(1);
      for (let s = 0; s < 90 && count < killAt; s++) await bench.pass(1_000);
      isOver = count < killAt;
      isArmed = false;
      bench.device().kill();
      await bench.start([1]);
      await bench.pass(120_000);
      const end = endOf(bench, 1);
      outcomes.add(`${pickUps(bench)} ${end?.state ?? "absent"} ${end?.physical ?? "none"}`);
    }
    expect([...outcomes].sort()).toEqual(
      isLost ? ["0 cancelled none", "0 failed none", "2 succeeded full"] : ["0 cancelled none", "2 succeeded full"],
    );
    expect(killAt).toBeGreaterThan(40);
  });
}

test("a robot that loses power in the middle leaves the command in doubt, and nothing is played again", async () => {
  const bench = await robotBench();
  await bench.start();
  await bench.mix(1);
  await bench.pass(18_000);
  expect(pickUps(bench)).toBe(1);
  bench.robot.restart();
  await bench.pass(60_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "unknown", physical: "unknown" });
  expect(pickUps(bench)).toBe(1);
});

test("a run waiting for recovery is stopped, resumed or left to a person, as declared", async () => {
  const program: typeof mix = (source, values) =>
    mix(source, values)?.map((step, n) => (n === 1 ? { ...step, fails: "recoverable" as const } : step)) ?? null;
  const ends = [];
  for (const recovery of ["stop", "resume", "assume-false-positive", "wait"]) {
    const bench = await robotBench({ program }, recovery);
    await bench.start();
    await bench.mix(1);
    await bench.pass(120_000);
    ends.push([recovery, endOf(bench, 1)?.state, endOf(bench, 1)?.physical, pickUps(bench)]);
  }
  expect(ends).toEqual([
    ["stop", "failed", "partial", 1],
    ["resume", "succeeded", "full", 2],
    ["assume-false-positive", "succeeded", "full", 2],
    ["wait", "started", "unknown", 1],
  ]);
});

test("a door opened during the run holds it, and the run goes on when somebody plays it again; a fatal error fails it", async () => {
  const bench = await robotBench();
  await bench.start();
  await bench.mix(1);
  await bench.pass(20_000);
  bench.robot.setDoor("open");
  await bench.pass(60_000);
  expect(endOf(bench, 1)?.state).toBe("started");
  bench.robot.setDoor("closed");
  await bench.ask("resume", 1);
  await bench.pass(60_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded" });

  const broken = await robotBench({
    program: (source, values) =>
      mix(source, values)?.map((step, n) => (n === 2 ? { ...step, fails: "fatal" as const } : step)) ?? null,
  });
  await broken.start();
  await broken.mix(1);
  await broken.pass(60_000);
  expect(endOf(broken, 1)).toMatchObject({
    state: "failed",
    physical: "partial",
    error: { code: "opentrons.runFailed" },
  });
});

test("cancel and E-STOP end a run, pause holds it: nothing moves afterwards", async () => {
  for (const way of ["cancel", "estop"] as const) {
    const bench = await robotBench();
    await bench.start();
    await bench.mix(1);
    await bench.pass(18_000);
    if (way === "cancel") await bench.cancel(1);
    else await bench.estop(1);
    await bench.pass(10_000);
    const acts = bench.robot.acts.length;
    await bench.pass(60_000);
    expect(endOf(bench, 1)).toMatchObject({
      state: "failed",
      physical: "partial",
      error: { code: "opentrons.stopped" },
    });
    expect(bench.robot.acts.length).toBe(acts);
  }
  const bench = await robotBench();
  await bench.start();
  await bench.mix(1);
  await bench.pass(18_000);
  await bench.ask("pause", 1);
  await bench.pass(10_000);
  const acts = bench.robot.acts.length;
  await bench.pass(60_000);
  expect(bench.robot.acts.length).toBe(acts);
  await bench.ask("resume", 1);
  await bench.pass(60_000);
  expect(endOf(bench, 1)).toMatchObject({ state: "succeeded" });
});

test("over TCP and in real time the server behaves to any client as the robot's does, and the driver runs on it", async () => {
  const clock = createRealClock();
  // With no values of its own a run goes wrong at once, and waits.
  const program: typeof mix = (source, values) =>
    mix(source, values)?.map((step) => ({
      ...step,
      durationMs: 5,
      ...(Object.keys(values).length === 0 ? { fails: "recoverable" as const } : {}),
    })) ?? null;
  const robot = createRobotServerPlant({ clock, program, analysisMs: 5, finishingMs: 5 });
  const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: (stream) => robot.attach(stream) });
  const ask = async (
    path: string,
    init: RequestInit = {},
    headers: Record<string, string> = { "Opentrons-Version": "*" },
  ) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as { data: { id: string } } };
  };
  expect((await ask("/health", {}, {})).status).toBe(422);
  expect((await ask("/health", {}, { "Opentrons-Version": "1" })).status).toBe(400);
  const form = new FormData();
  form.append("files", new Blob(["def run(protocol): pass"]), "mix.py");
  const uploaded = await ask("/protocols", { method: "POST", body: form });
  expect(uploaded.status).toBe(201);
  const post = (path: string, data: object) => ask(path, { method: "POST", body: JSON.stringify({ data }) });
  const first = await post("/runs", { protocolId: uploaded.body.data.id });
  const second = await post("/runs", { protocolId: uploaded.body.data.id });
  expect([first.status, second.status]).toEqual([201, 201]);
  // The second has replaced the first, which had not begun.
  expect((await post(`/runs/${first.body.data.id}/actions`, { actionType: "play" })).status).toBe(409);
  expect((await post(`/runs/${second.body.data.id}/actions`, { actionType: "pause" })).status).toBe(409);
  expect((await post(`/runs/${second.body.data.id}/actions`, { actionType: "play" })).status).toBe(201);
  expect((await post("/runs", { protocolId: uploaded.body.data.id })).status).toBe(409);
  const statusIs = async (status: string) => {
    while (!JSON.stringify((await ask("/runs")).body).includes(`"${status}"`));
  };
  await statusIs("awaiting-recovery");

  const loaded = await loadDriver(join(declarations, "lab.yaml"), "./ot2.yaml");
  if (!loaded.ok || !("definition" in loaded.value)) throw new Error(JSON.stringify(loaded));
  const { definition } = loaded.value;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const context = {
    deviceId: "robot",
    commandId: idOf(1),
    answer: () => new Promise<never>(() => {}),
    labClock: clock,
    linkClock: clock,
    log,
    signal: new AbortController().signal,
    progress: () => undefined,
    partial: () => undefined,
  };
  const stream = await connectTcp({ host: "127.0.0.1", port: server.port, linkClock: clock });
  const session = await definition.connect(stream, definition.config.parse({ pollMs: 100 }), context);
  const operation = definition.operations["mix"];
  const params = { blue: { value: 5, unit: "uL" }, yellow: { value: 6, unit: "uL" } };
  await expect(operation?.baseline(session, params, context)).rejects.toThrow(
    /has the robot, and is awaiting-recovery/,
  );
  await post(`/runs/${second.body.data.id}/actions`, { actionType: "stop" });
  while (!/"status":"stopped","current":true/.test(JSON.stringify((await ask("/runs")).body)));
  const baseline = (await operation?.baseline(session, params, context)) ?? {};
  await operation?.start(session, params, baseline, context);
  const ending = await operation?.watch(session, params, baseline, context);
  expect(ending).toMatchObject({ state: "succeeded", result: { total: { value: 11, unit: "uL" } } });
  stream.close();
  await server.close();
});

test("a declaration's faults are told at once: a protocol that is not there, a value without a place, a series as parameter", async () => {
  const folder = privateFolder();
  const text = readFileSync(join(declarations, "ot2.yaml"), "utf8")
    .replace(", comment: total", "")
    .replace("blue: { type: quantity, unit: uL, minimum: 0, maximum: 200 }", "blue: { type: series, unit: uL }");
  writeFileSync(join(folder, "ot2.yaml"), text);
  const loaded = await loadDriver(join(folder, "lab.yaml"), "./ot2.yaml");
  const faults = loaded.ok ? [] : loaded.faults.map(({ code, line }) => `${line} ${code}`);
  expect(faults).toEqual(["10 file.notReadable", "12 opentrons.series", "17 opentrons.noPlace"]);
});
