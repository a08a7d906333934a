import { createSeededIds } from "@labloop/clock";
import { sha256 } from "@labloop/contracts/digest";
import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, bury, doubtful } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";

const local = { by: "Grace", since: "2026-01-01T00:00:10.000Z" };

const phaseOf = (rig: Rig, id = "mixer-1") => rig.engine.state().devices.get(id)?.chart.value;

function deviceOf(rig: Rig, id: string): ScriptedDevice {
  const device = rig.devices.get(id);
  if (device === undefined) throw new Error(`no ${id}`);
  return device;
}

test("E16: while staff have a device nothing is sent to it, what waits says who has it, and on return it is asked first", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  await rig.until(() => rig.events("step.succeeded").length === 1);
  await rig.device.say(true, { local });
  await rig.until(() => phaseOf(rig) === "local");
  const sent = rig.published.length;
  const acked = rig.device.acks.length;
  // What was under way when they took it is settled by the device's own word.
  await rig.until(() =>
    rig
      .events("step.intended")
      .every(({ commandId }) => rig.events("step.succeeded").some((done) => done.commandId === commandId)),
  );
  await rig.pass(3_600_000);
  const after = rig.published.slice(sent).map(({ payload }) => payload.kind);
  expect(after.filter((kind) => kind !== "ack" && kind !== "engine-hb")).toEqual([]);
  expect(rig.device.acks.length).toBeGreaterThanOrEqual(acked);
  expect(rig.events("device.taken")).toEqual([{ type: "device.taken", device: "mixer-1", ...local }]);

  const asked = rig.device.reconciles.length;
  await rig.device.say(true);
  await rig.until(() => rig.events("device.returned").length === 1);
  await rig.pass(10);
  expect(rig.device.reconciles).toHaveLength(asked + 1);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.refold()).toEqual(rig.engine.state());
});

/** What a device is told from here on, acknowledgements left out. */
function told(rig: Rig): () => string[] {
  const before = rig.published.length;
  return () =>
    rig.published
      .slice(before)
      .filter(({ key }) => key === "control" || key === "command")
      .flatMap(({ payload: { kind } }) => (kind === "ack" ? [] : [kind]));
}

test.each([false, true])(
  "E16: a device in the hands of staff is told nothing of an abort before they give it back; out of use besides: %s",
  async (isOutOfUse) => {
    const rig = await openRig({ isObeying: false, isDurable: true, waitsForPeople: true });
    const { device } = rig;
    bury(device);
    await rig.until(() => device.executes.length === 1);
    await device.report(device.executes[0]?.commandId ?? "", "accepted");
    const stranger = createSeededIds(rig.clock, 7, "elsewhere").ulid();
    if (isOutOfUse) await device.report(`${stranger}.1`, "succeeded");
    await rig.pass(100);
    expect(phaseOf(rig)).toBe(isOutOfUse ? "quarantined" : "busy");
    device.local = local;
    await device.say(true);
    await rig.until(() => rig.events("device.taken").length === 1);
    const since = told(rig);
    rig.engine.submit({ type: "campaign.abort", by: ada });
    await rig.pass(50_000);
    expect(rig.events("step.cancelling", "step.overdue").length).toBeGreaterThan(0);
    expect(since()).toEqual([]);

    device.local = undefined;
    await device.say(true);
    await rig.until(() => device.cancels.length > 0);
    await rig.until(() => rig.events("step.notExecuted").length === 1);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("E16: one that is out of use and in the hands of staff is asked for no evidence, by policy or by a person", async () => {
  const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) });
  await rig.until(() => device.probes.length > 0);
  const stranger = createSeededIds(rig.clock, 7, "elsewhere").ulid();
  await device.report(`${stranger}.1`, "succeeded");
  await rig.until(() => phaseOf(rig) === "quarantined");
  device.local = local;
  await device.say(true);
  await rig.until(() => rig.events("device.taken").length === 1);
  const since = told(rig);
  expect(rig.engine.submit({ type: "doubt.probe", commandId, by: ada, reason: "who knows" })).toMatchObject({
    ok: false,
    reason: expect.stringContaining("Grace has taken mixer-1 at the instrument"),
  });
  await rig.pass(60_000);
  expect(since()).toEqual([]);
});

test("E16: of one that is out of use and in the hands of staff no chunk of a result is asked for until they give it back", async () => {
  const rig = await openRig({ isObeying: false, isDurable: true, waitsForPeople: true });
  const { device } = rig;
  await rig.until(() => device.executes.length === 1);
  const stranger = createSeededIds(rig.clock, 7, "elsewhere").ulid();
  await device.report(`${stranger}.1`, "succeeded");
  device.local = local;
  await device.say(true);
  await rig.until(() => rig.events("device.taken").length === 1);
  const since = told(rig);
  const resultRef = { sha256: sha256("x"), size: 300_000, media: "application/json" };
  await device.report(device.executes[0]?.commandId ?? "", "succeeded", { resultRef });
  await rig.pass(60_000);
  expect(rig.engine.state().awaited.size).toBe(1);
  expect(since()).toEqual([]);
  device.local = undefined;
  await device.say(true);
  await rig.until(() => since().includes("get-blob"));
});

test("E16: a device that is local from the start gets nothing, through silence and another connection, until it is returned", async () => {
  const rig = await openRig({ isDurable: true });
  rig.device.local = local;
  await rig.until(() => phaseOf(rig) === "local");
  rig.device.isBeating = false;
  await rig.until(() => phaseOf(rig) === "offline");
  rig.device.isBeating = true;
  await rig.until(() => phaseOf(rig) === "local");
  rig.device.bdSeq = 7;
  await rig.device.say(true);
  await rig.pass(5_000);
  rig.kill();
  rig.reopen();
  await rig.pass(60_000);
  expect(phaseOf(rig)).toBe("local");
  expect(rig.device.executes).toEqual([]);
  expect(rig.events("device.taken")).toHaveLength(1);
  rig.device.local = undefined;
  await rig.device.say(true);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("E16: what waits for a device in the hands of staff says whose", async () => {
  const rig = await openRig({ lab: castingLab(1) });
  await rig.until(() => deviceOf(rig, "mover-1").executes.length === 1);
  await deviceOf(rig, "gauge-1").say(true, { local });
  await rig.until(() => phaseOf(rig, "gauge-1") === "local");
  await rig.until(() => rig.engine.explain().length > 0);
  expect(rig.engine.explain()[0]?.message).toContain("Grace has taken it at the instrument");
  const view = createProjection();
  for (const record of rig.journal.read()) view.apply(record);
  expect(view.view().devices.find(({ device }) => device === "gauge-1")).toMatchObject({
    phase: "local",
    message: "Grace has taken it at the instrument",
  });
});

test("E16: a device that was given back with a part on it stays out of use, with its run, until a person has looked", async () => {
  const by = { kind: "operator", name: "Ada" } as const;
  const rig = await openRig({ lab: castingLab(1), waitsForPeople: true });
  const [caster, mover] = [deviceOf(rig, "caster-1"), deviceOf(rig, "mover-1")];
  mover.degraded = "the gripper is being changed";
  await rig.until(() => rig.events("step.succeeded").length === 1);
  await caster.say(true, { local });
  await rig.until(() => phaseOf(rig, "caster-1") === "local");
  await caster.say(true);
  mover.degraded = undefined;
  await rig.until(() => phaseOf(rig, "caster-1") === "quarantined");
  expect(rig.events("device.quarantined")).toMatchObject([
    {
      device: "caster-1",
      code: "device.touched",
      message: expect.stringContaining("Grace had it while the part of run 1"),
    },
  ]);
  await rig.pass(60_000);
  expect(mover.executes).toEqual([]);
  expect(rig.engine.submit({ type: "device.release", device: "caster-1", by, reason: "it stands there" }).ok).toBe(
    true,
  );
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("D19: a local-control rejection is a plain not-executed, and the act is tried again", async () => {
  const rig = await openRig();
  const obeying = rig.device.onExecute;
  rig.device.onExecute = (order) => {
    rig.device.onExecute = obeying;
    void rig.device.report(order.commandId, "rejected", { error: "crash" });
  };
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.notExecuted")).toMatchObject([{ state: "rejected" }]);
  expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(rig.end()?.kind).toBe("ended");
});
