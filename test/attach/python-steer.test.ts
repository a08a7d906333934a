import { beforeEach, describe, expect, test } from "vitest";
import { whyNoPython } from "../support/python-environment.ts";
import { idOf, openPythonBench } from "./support/python-bench.ts";

const why = whyNoPython();
const quick = ["--heartbeat-ms", "100"];

describe("a driver in Python that is steered", () => {
  beforeEach((context) => context.skip(why !== null, why ?? ""));

  test("a cancelled command never runs; a running one stops where it does no harm (D8)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    await bench.control({ kind: "cancel", commandId: idOf(1), dseq: 1, reason: "operator" });
    expect(await bench.report(1, "cancelled")).toMatchObject({ physical: "none" });
    await bench.execute(1);
    bench.set("hold-after");
    await bench.execute(2);
    await bench.until(() => bench.reports(2).some(({ partial }) => partial !== undefined));
    await bench.execute(3);
    expect((await bench.report(3, "rejected")).error?.code).toBe("busy");
    await bench.control({ kind: "cancel", commandId: idOf(2), dseq: 2, reason: "operator" });
    expect(await bench.report(2, "failed")).toMatchObject({ physical: "partial", error: { code: "device.stopped" } });
    expect(bench.plant()).toEqual([`act ${idOf(2)}`, "stop"]);
    await bench.close();
  });

  test("a running command stands still and goes on (D12)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    const asked = async (kind: "pause" | "resume", rid: string) => {
      await bench.control({ kind, rid });
      return bench.until(() => bench.heard.find((one) => one.kind === "control-result" && one.rid === rid));
    };
    expect(await asked("pause", "r0")).toMatchObject({ ok: false, error: { code: "device.notRunning" } });
    bench.set("hold-after");
    await bench.execute(1);
    await bench.report(1, "started");
    expect(await asked("pause", "r1")).toMatchObject({ ok: true });
    expect(await asked("resume", "r2")).toMatchObject({ ok: true });
    bench.clear("hold-after");
    await bench.report(1, "succeeded");
    expect(bench.plant()).toEqual([`act ${idOf(1)}`, "pause", "resume", `done ${idOf(1)}`]);
    await bench.close();
  });

  test("an E-STOP cuts what moves, and what had started is looked for, never believed (S2, S3)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    bench.set("hold-after");
    await bench.execute(1);
    await bench.until(() => bench.reports(1).some(({ partial }) => partial !== undefined));
    await bench.execute(2, { requires: [{ commandId: idOf(1), state: "succeeded" }] });
    await bench.report(2, "accepted");
    await bench.estop(1);
    const stopped = await bench.until(() => bench.heard.find((one) => one.kind === "stopped"));
    expect(stopped).toMatchObject({ stopId: 1, running: [{ commandId: idOf(1) }] });
    expect(await bench.report(1, "failed")).toMatchObject({ physical: "partial" });
    expect((await bench.report(2, "cancelled")).error?.code).toBe("estop-latched");
    const [act, halt] = bench.plant();
    expect([act, halt]).toEqual([`act ${idOf(1)}`, "halt"]);
    expect(bench.plant()).not.toContain(`done ${idOf(1)}`);
    await bench.close();
  });

  test("a halt is not sent after the clearing: what is found still running then is left to its end (S2)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    bench.set("hold-after");
    await bench.execute(1);
    await bench.until(() => bench.reports(1).some(({ partial }) => partial !== undefined));
    for (const name of ["unreachable", "moving", "break"]) bench.set(name);
    bench.clear("hold-after");
    await bench.until(() => bench.beats.at(-1)?.degraded === "no connection to the instrument");
    await bench.estop(1);
    await bench.until(() => bench.beats.at(-1)?.stopId === 1);
    await bench.estop(2, false);
    await bench.until(() => bench.beats.at(-1)?.stopId === 2);
    bench.clear("unreachable");
    await bench.until(() => bench.beats.at(-1)?.degraded === undefined);
    await bench.reconcile(2);
    bench.note(`done ${idOf(1)}`);
    await bench.report(1, "succeeded");
    expect(bench.plant()).toEqual([`act ${idOf(1)}`, `done ${idOf(1)}`]);
    await bench.close();
  });

  test("staff take the instrument and give it back at home; meanwhile nothing moves for the engine (D19)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    expect(await bench.device().tell("local Ada")).toBe("ok: Ada has the instrument");
    await bench.until(() => bench.states.at(-1)?.local?.by === "Ada");
    expect(await bench.device().tell("local Grace")).toContain("no: Ada has had the instrument since");
    await bench.execute(1);
    expect((await bench.report(1, "rejected")).error).toMatchObject({ code: "local-control" });
    bench.set("jammed");
    expect(await bench.device().tell("remote")).toBe("no: the instrument stays local: the plunger is jammed");
    bench.clear("jammed");
    expect(await bench.device().tell("remote")).toBe("ok: the engine has the instrument");
    await bench.execute(2);
    await bench.refusal("not-reconciled");
    await bench.reconcile();
    await bench.execute(3);
    await bench.report(3, "succeeded");
    expect(bench.plant()).toEqual(["home", `act ${idOf(3)}`, `done ${idOf(3)}`]);
    await bench.close();
  });

  test("when the engine falls silent it holds what runs, starts nothing, and goes on only when told (D15)", async () => {
    const bench = await openPythonBench({ name: "guarded" });
    await bench.boot(...quick);
    await bench.reconcile();
    bench.set("hold-after");
    await bench.execute(1);
    await bench.until(() => bench.reports(1).some(({ evidence }) => evidence?.["heldBecause"] === "engine silent"));
    expect(bench.plant()).toEqual([`act ${idOf(1)}`, "pause"]);
    await bench.until(() => bench.beats.at(-1)?.degraded?.startsWith("no heartbeat of the engine"));
    await bench.beat();
    await bench.control({ kind: "resume", rid: "go" });
    await bench.until(() => bench.heard.find((one) => one.kind === "control-result" && one.rid === "go" && one.ok));
    bench.clear("hold-after");
    await bench.report(1, "succeeded");
    await bench.close();
  });

  test("without room for its journal it refuses all, says that it is degraded, and moves nothing (D10)", async () => {
    const bench = await openPythonBench();
    await bench.boot(...quick);
    await bench.reconcile();
    await bench.device().kill();
    await bench.boot(...quick, "--max-journal-bytes", "65536");
    await bench.reconcile();
    let n = 0;
    while (bench.heard.every((one) => one.kind !== "refusal" || one.code !== "journal-unavailable")) {
      n++;
      await bench.execute(n, { params: { volume: { value: 501, unit: "uL" } }, precond: { note: "x".repeat(8_000) } });
      const command = n;
      await bench.until(() =>
        bench.heard.some((one) => "commandId" in one && one.commandId === idOf(command) && one.kind !== "progress"),
      );
    }
    await bench.execute(n + 1, { precond: { note: "x".repeat(8_000) } });
    await bench.until(() => bench.heard.some((one) => one.kind === "refusal" && one.commandId === idOf(n + 1)));
    expect(bench.plant()).toEqual([]);
    await bench.until(() => bench.beats.at(-1)?.degraded === "the device journal cannot be written");
    await bench.close();
  });

  test("tells readings in batches, one that it cannot read as invalid, and that it has lost the instrument, and its condition (E15)", async () => {
    const bench = await openPythonBench();
    bench.set("unreachable");
    await bench.boot(...quick);
    await bench.until(() => bench.beats.at(-1)?.degraded === "no connection to the instrument");
    await bench.reconcile();
    await bench.execute(1);
    expect((await bench.report(1, "rejected")).error?.code).toBe("device.wireDown");
    bench.clear("unreachable");
    await bench.until(() => bench.readings.length >= 4);
    expect(bench.readings.slice(0, 2)).toMatchObject([
      { channel: "level", value: 5_000, unit: "uL", n: 0, valid: true },
      { channel: "pressure", value: 0, unit: "kPa", n: 0, valid: false },
    ]);
    const isSaid = (state: string, message?: string) =>
      bench.until(() => {
        const health = bench.beats.at(-1)?.health;
        return health?.state === state && health.message === message;
      });
    await isSaid("ok");
    bench.set("dry");
    await isSaid("attention", "the oil is low");
    bench.set("mute");
    await isSaid("unknown", "its driver could not tell: no answer");
    await bench.close();
  });
});
