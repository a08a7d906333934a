import { beforeEach, describe, expect, test } from "vitest";
import { whyNoPython } from "../support/python-environment.ts";
import { idOf, openPythonBench, type PythonBench } from "./support/python-bench.ts";
import { startPythonDevice } from "./support/python-device.ts";

const quick = ["--heartbeat-ms", "100"];

/** Has a command killed at a gate of the plant, and takes the gate away. */
async function killAt(bench: PythonBench, gate: "hold-before" | "hold-after"): Promise<void> {
  await bench.boot(...quick);
  await bench.reconcile();
  bench.set(gate);
  await bench.execute(1);
  await bench.report(1, "started");
  if (gate === "hold-after") await bench.until(() => bench.reports(1).some(({ partial }) => partial !== undefined));
  await bench.device().kill();
  bench.clear(gate);
}

const why = whyNoPython();

describe("a driver in Python that is killed", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("between its journal and the act: nothing has moved, it says so, and never moves it again (D4, D7)", async () => {
    const bench = await openPythonBench();
    await killAt(bench, "hold-before");
    await bench.boot(...quick);
    expect(await bench.report(1, "failed")).toMatchObject({ physical: "none", error: { code: "device.notHappened" } });
    await bench.reconcile();
    await bench.execute(1);
    await bench.execute(2);
    await bench.report(2, "succeeded");
    expect(bench.plant()).toEqual([`act ${idOf(2)}`, `done ${idOf(2)}`]);
    await bench.close();
  });

  test("in the middle of the act: the instrument's evidence settles it, once (D7)", async () => {
    const bench = await openPythonBench();
    await killAt(bench, "hold-after");
    await bench.boot(...quick);
    expect(await bench.report(1, "failed")).toMatchObject({ physical: "partial", evidence: { lines: 1 } });
    expect(bench.plant()).toEqual([`act ${idOf(1)}`]);
    await bench.close();
  });

  test("while the instrument goes on: it is found running, watched, and its end is taken (D7)", async () => {
    const bench = await openPythonBench();
    await killAt(bench, "hold-after");
    bench.set("moving");
    await bench.boot(...quick);
    const { entries } = await bench.reconcile(1, {
      open: [{ commandId: idOf(1), dseq: 1, paramsHash: "0".repeat(64) }],
    });
    expect(entries).toMatchObject([{ commandId: idOf(1), state: "started" }]);
    bench.note(`done ${idOf(1)}`);
    expect(await bench.report(1, "succeeded")).toMatchObject({ result: { delivered: { value: 50, unit: "uL" } } });
    await bench.close();
  });

  test("with an instrument that cannot tell: the command is in doubt, and a probe says so (D7, E10)", async () => {
    const bench = await openPythonBench();
    await killAt(bench, "hold-after");
    bench.set("dumb");
    await bench.boot(...quick);
    await bench.report(1, "unknown");
    await bench.reconcile();
    await bench.control({ kind: "probe", rid: "p1", commandId: idOf(1) });
    const answer = await bench.until(() => bench.heard.find((one) => one.kind === "probe-result"));
    expect(answer).toMatchObject({ rid: "p1", outcome: "unknown", decisive: false });
    bench.clear("dumb");
    await bench.control({ kind: "probe", rid: "p2", commandId: idOf(1) });
    const again = await bench.until(() => bench.heard.find((one) => one.kind === "probe-result" && one.rid === "p2"));
    expect(again).toMatchObject({ outcome: "partial", decisive: true });
    await bench.close();
  });

  test("while a command waits for another: what had not started is cancelled (D3, D7)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    await bench.execute(2, { requires: [{ commandId: idOf(1), state: "succeeded" }] });
    await bench.report(2, "accepted");
    await bench.execute(3, { requires: [{ commandId: idOf(2), state: "succeeded" }] });
    await bench.report(3, "accepted");
    await bench.execute(1);
    await bench.report(3, "succeeded");
    await bench.execute(5, { requires: [{ commandId: idOf(4), state: "succeeded" }] });
    await bench.report(5, "accepted");
    await bench.device().kill();
    await bench.boot(...quick);
    expect(await bench.report(5, "cancelled")).toMatchObject({ physical: "none", error: { code: "device.restarted" } });
    expect(bench.plant().filter((line) => line.startsWith("act"))).toEqual([1, 2, 3].map((n) => `act ${idOf(n)}`));
    await bench.close();
  });

  test("keeps its fence, its E-STOP and its staff over a restart, and one process has the journal (D12, D13, D19, S2)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile(5);
    await bench.estop(1);
    await bench.until(() => bench.heard.find((one) => one.kind === "stopped"));
    expect(await bench.device().tell("local Ada")).toBe("ok: Ada has the instrument");
    const second = startPythonDevice(bench.args());
    expect(await second.ended).toMatchObject({ code: 2, stderr: expect.stringContaining("one driver per device") });
    await bench.device().kill();
    // What the broker forgets stands in the device's journal: its motion is cut again, and nothing is done.
    await bench.sendRaw("estop", "", true);
    await bench.boot(...quick);
    expect(bench.states.at(-1)).toMatchObject({ fence: 5, local: { by: "Ada" } });
    await bench.until(() => bench.plant().filter((line) => line === "halt").length === 2);
    await bench.control({ kind: "fence", rid: "old" }, 4);
    await bench.refusal("stale-epoch");
    await bench.reconcile(5);
    await bench.execute(1, { epoch: 5 });
    expect((await bench.report(1, "rejected")).error?.code).toBe("estop-latched");
    // A person clears it: a higher id, and a new reconcile before anything runs.
    await bench.estop(2, false);
    await bench.until(() => bench.beats.at(-1)?.stopId === 2);
    expect(await bench.device().tell("remote")).toBe("ok: the engine has the instrument");
    await bench.execute(2, { epoch: 5 });
    await bench.refusal("not-reconciled");
    await bench.reconcile(6);
    await bench.execute(3, { epoch: 6 });
    await bench.report(3, "succeeded");
    expect(bench.plant().filter((line) => line.startsWith("act"))).toEqual([`act ${idOf(3)}`]);
    await bench.close();
  });
});
