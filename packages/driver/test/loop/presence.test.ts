import { digestOf } from "@labloop/contracts/digest";
import { describe, expect, test } from "vitest";
import { capsOf } from "../../src/index.ts";
import { createBench, deviceId, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

describe("birth and death", () => {
  test("the first birth waits for the instrument, so that serial and firmware are known", async () => {
    const bench = createBench();
    await bench.boot();
    await bench.pass(50);
    expect(bench.announced.map((message) => [message.caps.serial, message.caps.firmware])).toEqual([["SN42", "1.4"]]);
    expect(bench.states).toMatchObject([{ online: true, bdSeq: 1, mode: "simulated" }]);
    expect(bench.states[0]?.capsHash).toBe(digestOf(bench.device().caps()));
  });

  test("without the instrument the device is announced after 5 s, with nulls, and again when it has answered", async () => {
    const bench = createBench();
    bench.plant.isReachable = false;
    await bench.boot();
    await bench.pass(4_999);
    expect(bench.states).toEqual([]);
    await bench.pass(2);
    expect(bench.announced.at(-1)?.caps.serial).toBeNull();
    expect(bench.heartbeats.at(-1)?.degraded).toBe("no connection to the instrument");
    await bench.reconcile();
    expect(bench.last("snapshot")).toMatchObject({ entries: [], unlisted: [] });
    bench.plant.isReachable = true;
    await bench.pass(15_000);
    expect(bench.announced.at(-1)?.caps.serial).toBe("SN42");
    expect(bench.states.at(-1)?.capsHash).toBe(digestOf(bench.device().caps()));
    expect(bench.heartbeats.at(-1)).not.toHaveProperty("degraded");
  });

  test("a device that vanishes is announced dead under the birth number of that very connection", async () => {
    const bench = createBench();
    await bench.ready();
    bench.bus().drop();
    await bench.pass(10);
    bench.bus().rejoin();
    await bench.pass(10);
    bench.device().kill();
    await bench.pass(10);
    expect(bench.states.map((state) => [state.online, state.bdSeq])).toEqual([
      [true, 1],
      [false, 1],
      [true, 2],
      [false, 2],
    ]);
    expect(new Set(bench.states.map((state) => state.bootId)).size).toBe(1);
  });

  test("the birth stands even when the will of an earlier connection comes after it", async () => {
    const bench = createBench();
    await bench.ready();
    const birth = bench.states[0]!;
    bench.bus().drop();
    bench.bus().rejoin();
    await bench.pass(7_500);
    await bench.engine.publish("state", deviceId, { ...birth, online: false });
    await bench.pass(3_000);
    expect(bench.states.slice(-2).map((state) => [state.online, state.bdSeq])).toEqual([
      [false, 1],
      [true, 2],
    ]);
  });

  test("a closed device says goodbye, and its act goes on without it", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(500);
    const closing = bench.device().close();
    await bench.pass(5_000);
    await closing;
    expect(bench.states.map((state) => state.online)).toEqual([true, false]);
    expect(bench.journal().get(idOf(1))?.state).toBe("started");
    expect(bench.plant.heard).not.toContain("STOP");
    await bench.boot();
    await bench.pass(100);
    expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  });

  test("every boot has its own boot id, over the same journal id", async () => {
    const bench = createBench();
    await bench.ready();
    bench.device().kill();
    await bench.ready();
    const births = bench.states.filter((state) => state.online);
    expect(new Set(births.map((state) => state.bootId)).size).toBe(2);
    expect(new Set(births.map((state) => state.journalId)).size).toBe(1);
  });
});

test("heartbeats come once a second and name the command that runs", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1);
  await bench.pass(5_000);
  expect(bench.heartbeats.map((beat) => beat.n)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(bench.heartbeats.map((beat) => beat.running.length)).toEqual([0, 1, 0, 0, 0, 0]);
  const gaps = bench.heartbeats.slice(1).map((beat, index) => beat.tMono - (bench.heartbeats[index]?.tMono ?? 0));
  expect(new Set(gaps)).toEqual(new Set([1_000]));
});

test("progress is shown at most once a second", async () => {
  const bench = createBench();
  await bench.ready();
  const params = { tag: idOf(1), force: { value: 5, unit: "N" }, duration: { value: 3_500, unit: "ms" } };
  await bench.execute(1, { params });
  await bench.pass(4_000);
  expect(bench.heard.filter((message) => message.kind === "progress")).toHaveLength(4);
});

test("a killed device is silent: no report, no heartbeat, no line to the instrument", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1);
  await bench.pass(300);
  bench.device().kill();
  await bench.pass(10);
  const before = [bench.heard.length, bench.heartbeats.length, bench.plant.heard.length];
  await bench.pass(100_000);
  expect([bench.heard.length, bench.heartbeats.length, bench.plant.heard.length]).toEqual(before);
});

test("a device at rest leaves the clock nothing to do but its heartbeat", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1);
  await bench.pass(1_500);
  await bench.ack([1]);
  await bench.pass(20_000);
  bench.device().kill();
  expect(await bench.clock.run(() => false)).toBe("idle");
  expect(bench.clock.now()).toBeLessThan(Date.parse("2026-01-05T08:00:30.000Z"));
});

test("a config that the definition does not take is refused before the wire is opened, and the journal let go", async () => {
  const bench = createBench();
  await expect(bench.boot((store) => store, { greeting: 3 })).rejects.toMatchObject({ code: "device.configInvalid" });
  await bench.pass(100);
  expect(bench.plant.heard).toEqual([]);
  await bench.boot();
});

test("capsOf: the default retry class is the strictest, and only what can stop is stoppable", () => {
  const { operations } = capsOf(counterDevice, { serial: "S", firmware: null, heartbeatMs: 500 });
  const classes = Object.entries(operations).map(([name, caps]) => [name, caps.retryClass, caps.stoppable]);
  expect(classes).toEqual([
    ["stroke", "non-repeatable", false],
    ["telling", "non-repeatable", false],
    ["stubborn", "non-repeatable", false],
    ["careless", "non-repeatable", false],
    ["press", "non-repeatable", true],
    ["patient", "non-repeatable", false],
    ["blind", "non-repeatable", false],
    ["broken", "non-repeatable", false],
    ["liar", "non-repeatable", false],
    ["look", "idempotent", false],
    ["byHand", "non-repeatable", false],
  ]);
});

test("section 16: capsOf announces the features that a device has, and no others", () => {
  const known = { serial: null, firmware: null, heartbeatMs: 500 };
  const always = [
    "estop",
    "http-results",
    "large-results",
    "limits",
    "local-control",
    "precond",
    "reconcile-journal",
    "requires",
  ];
  const plain = { ...counterDevice, operations: { look: { ...counterDevice.operations["look"]!, probes: false } } };
  expect(capsOf(plain, known).contract).toEqual({ major: 1, features: always });
  const { patient } = counterDevice.operations;
  const rich = {
    ...plain,
    operations: { patient: { ...patient!, locks: ["arm"], hasPartials: true } },
    telemetry: { channels: {}, everyMs: 1_000, read: async () => ({}) },
    // oxlint-disable-next-line unicorn/no-thenable -- the field's name in the contract's caps; nobody awaits it
    watchdog: { afterMs: 5_000, then: "finish" } as const,
  };
  const own = ["locks", "partial", "pause", "probe", "telemetry", "watchdog"];
  expect(capsOf(rich, known).contract.features).toEqual([...always, ...own].sort());
});

describe("probe", () => {
  test("a probe finds what happened, with the result, and changes no record", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(1_500);
    const before = bench.journal().get(idOf(1));
    await bench.probe(1);
    await bench.pass(10);
    expect(bench.last("probe-result")).toMatchObject({
      rid: "rid-p",
      commandId: idOf(1),
      outcome: "happened",
      decisive: true,
      evidence: { count: 1, before: 0, ending: { result: { count: 1 } } },
    });
    expect(bench.journal().get(idOf(1))).toEqual(before);
  });

  test("a probe of a command that never started is answered from the journal; of an unknown one not decisively", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.cancel(1);
    await bench.probe(1);
    expect(bench.last("probe-result")).toMatchObject({ outcome: "not-happened", decisive: true });
    await bench.probe(2);
    expect(bench.last("probe-result")).toMatchObject({ outcome: "unknown", decisive: false });
  });

  test("after another act the evidence is nobody's: a probe is not decisive", async () => {
    const bench = createBench();
    await bench.ready();
    for (const n of [1, 2]) {
      await bench.execute(n);
      await bench.pass(1_500);
    }
    await bench.probe(1);
    await bench.pass(10);
    expect(bench.last("probe-result")).toMatchObject({ outcome: "unknown", decisive: false });
  });

  test("a probe of the running command does not touch the wire", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(50);
    const lines = bench.plant.heard.length;
    await bench.probe(1);
    expect(bench.last("probe-result")).toMatchObject({ outcome: "running", decisive: true });
    expect(bench.plant.heard.length).toBe(lines);
  });
});
