import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { by, raise, clear, resume, said, openStoppable, isRunning, stops, stoppedRig } from "./support/stoppable.ts";

describe("S3, S4, S5: clearing", () => {
  test("has not to wait for what had not begun: it is cancelled, also when that word was lost the first time", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    rig.onPublish = ({ key }) => (key === "command" ? "lose" : "deliver");
    await rig.until(() => rig.events("step.intended").length > 0);
    const [lost] = rig.events("step.intended");
    rig.onPublish = ({ key, payload }) =>
      key === "control" && "kind" in payload && payload.kind === "cancel" ? "lose" : "deliver";
    rig.engine.submit(raise);
    await rig.pass(100);
    expect(rig.engine.submit(clear)).toEqual(said("has not ended yet"));
    rig.onPublish = () => "deliver";
    rig.device.bdSeq++;
    await rig.device.say(true);
    await rig.pass(100);
    expect(rig.device.cancels).toEqual([lost?.commandId]);
    expect(rig.events("step.notExecuted")).toMatchObject([{ commandId: lost?.commandId, state: "cancelled" }]);
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    expect(rig.device.executes).toEqual([]);
  });

  test("comes before the end: the last experiment ends no campaign while a stop stands", async () => {
    const rig = await openStoppable({ lab: mixingLab(1) });
    await rig.until(isRunning(rig));
    // It goes on with what nothing can cut.
    rig.device.facts.clear();
    rig.engine.submit(raise);
    await rig.until(() => rig.events("observation.made").length === 1);
    await rig.pass(60_000);
    expect(rig.end()).toBeNull();
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
  });

  test("is refused while no stop stands, to an agent, and before every command has ended", async () => {
    const rig = await openStoppable({ lab: mixingLab(3) });
    await rig.until(isRunning(rig));
    expect(rig.engine.submit(clear)).toEqual(said("no E-STOP stands"));
    // It answers, and goes on with what nothing can cut.
    rig.device.facts.clear();
    rig.engine.submit(raise);
    await rig.pass(100);
    expect(rig.engine.submit({ ...clear, by: { kind: "agent", name: "Hal" } })).toEqual(said("by a person only"));
    expect(rig.engine.submit(clear)).toEqual(said("has not ended yet"));
    expect(rig.events("estop.cleared")).toEqual([]);
    await rig.until(() => rig.events("step.succeeded").length > 0);
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
  });

  test("takes a higher number, then a new epoch, then a reconcile of every device", async () => {
    const rig = await stoppedRig({ lab: castingLab(4, 2) });
    const { length: asked } = rig.sent("control");
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    await rig.pass(100);
    expect(stops(rig)).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(rig.events("estop.cleared", "engine.epochRaised")).toEqual([
      { type: "estop.cleared", stopId: 2, reason: "it was toast", by },
      { type: "engine.epochRaised", epoch: 2 },
    ]);
    expect(rig.journal.lease.epoch).toBe(2);
    const reconciles = rig.sent("control").slice(asked);
    expect(reconciles.map(({ name }) => name).sort()).toEqual([...rig.devices.keys()].sort());
    for (const { payload } of reconciles)
      expect(payload).toMatchObject({ kind: "reconcile", epoch: 2, estop: { stopId: 2, active: false } });
    expect(rig.sent("engine").at(-1)?.payload).toMatchObject({ online: true, epoch: 2 });
    expect([...rig.engine.state().devices.values()].map(({ chart }) => chart.value)).not.toContain("reconciling");
  });

  test("resumes nothing by itself; after the resume the broken-off runs are given up and the campaign reaches its goal", async () => {
    const rig = await stoppedRig({ lab: castingLab(4, 2) });
    rig.engine.submit(clear);
    const { length: executes } = rig.sent("command");
    await rig.pass(600_000);
    expect(rig.sent("command")).toHaveLength(executes);
    expect(rig.engine.state().campaign?.chart.value).toBe("paused");
    expect(rig.engine.submit(resume)).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
    // What was broken off is carried away step by step, never by a later step first.
    const broken = new Set(rig.events("step.failed").map(({ commandId }) => commandId));
    expect(broken.size).toBeGreaterThan(0);
    const [failed] = rig.events("step.intended").filter(({ commandId }) => broken.has(commandId));
    const ofRun = rig.events("step.intended").filter(({ runId }) => runId === failed?.runId);
    expect(ofRun.map(({ stepKey }) => stepKey)).toEqual(["cast", "toGauge", "discard"]);
    const later = rig.sent("command").slice(executes);
    expect(new Set(later.map(({ payload }) => payload.epoch))).toEqual(new Set([2]));
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("clears no part away by itself, however many runs have failed", async () => {
    const rig = await openStoppable({ lab: mixingLab(1) });
    const { onExecute } = rig.device;
    rig.device.onExecute = ({ commandId }) => {
      rig.device.onExecute = onExecute;
      void rig.device.report(commandId, "started", { physical: "unknown" });
      void rig.device.report(commandId, "failed", { physical: "partial", error: "crash" });
    };
    await rig.until(() => rig.events("step.started").length === 2);
    rig.engine.submit(raise);
    await rig.pass(100);
    expect(rig.events("observation.made")).toHaveLength(2);
    rig.engine.submit(clear);
    await rig.pass(60_000);
    expect(rig.events("campaign.stopping")).toEqual([]);
    rig.engine.submit(resume);
    expect(rig.events("campaign.stopping")).toMatchObject([{ reason: expect.stringContaining("2 runs have failed") }]);
  });

  test("never sends again what had not begun: it was cancelled, however often that word is lost", async () => {
    const rig = await openStoppable({ lab: mixingLab(2) });
    rig.onPublish = ({ key }) => (key === "command" ? "lose" : "deliver");
    await rig.until(() => rig.events("step.intended").length > 0);
    const [lost] = rig.events("step.intended");
    rig.onPublish = ({ key, payload }) =>
      key === "control" && "kind" in payload && payload.kind === "cancel" ? "lose" : "deliver";
    rig.engine.submit(raise);
    rig.device.bus.drop();
    await rig.until(() => rig.events("device.lost").length > 0);
    // Out of reach, its command is in doubt, and does not keep the rest of the lab stopped.
    expect(rig.engine.submit(clear)).toMatchObject({ ok: true });
    expect(rig.events("step.doubted")).toMatchObject([{ commandId: lost?.commandId }]);
    rig.onPublish = () => "deliver";
    rig.device.bdSeq++;
    rig.device.bus.rejoin();
    await rig.pass(10);
    await rig.device.say(true);
    await rig.pass(60_000);
    expect(rig.device.cancels).toContain(lost?.commandId);
    expect(rig.device.executes).toEqual([]);
    rig.engine.submit(resume);
    await rig.until(() => rig.end() !== null);
    expect(rig.device.executes.map(({ commandId }) => commandId)).not.toContain(lost?.commandId);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
  });
});
