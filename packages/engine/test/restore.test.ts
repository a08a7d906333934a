import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { createRandomIds } from "@labloop/clock";
import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, bury, doubtful, hal, resolve, viewOf } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";

const confirm = { type: "restore.confirm", by: ada, reason: "the disk was replaced" } as const;
const release = (device: string) => ({ type: "device.release", device, by: ada, reason: "I looked" }) as const;
const refused = (words: string) => ({ ok: false, reason: expect.stringContaining(words) });

/** Makes a device keep the highest epoch that it has accepted, and refuse every lower one (D12). */
function fenced(device: ScriptedDevice): { fence: number } {
  const kept = { fence: 0 };
  device.answer = (snapshot) => {
    if (snapshot.fence < kept.fence) {
      void device.refuse("stale-epoch", undefined, kept.fence);
      return [];
    }
    kept.fence = snapshot.fence;
    return [snapshot];
  };
  const { onExecute } = device;
  device.onExecute = (order) => {
    if (order.epoch < kept.fence) void device.refuse("stale-epoch", order.commandId, kept.fence);
    else onExecute(order);
  };
  return kept;
}

/** Restarts the engine; every device sees a new engine and is asked. */
function restart(rig: Rig): void {
  rig.kill();
  rig.reopen();
}

/** A campaign under epoch 2 on a journal from epoch 1, after engines up to epoch 4 have gone on without it. */
async function restoredRig(options: {
  losesAcks: boolean;
}): Promise<{ rig: Rig; fence: { fence: number }; lost: string[] }> {
  const rig = await openRig({ lab: mixingLab(8), isDurable: true, waitsForPeople: true });
  bury(rig.device);
  const fence = fenced(rig.device);
  await rig.until(() => rig.events("observation.made").length === 2);
  const before = rig.events("step.intended").map(({ commandId }) => commandId);
  const backup = `${rig.file}.backup`;
  const database = new DatabaseSync(rig.file);
  database.exec(`VACUUM INTO '${backup}'`);
  database.close();
  for (let epoch = 2; epoch <= 4; epoch++) restart(rig);
  if (options.losesAcks) rig.onPublish = ({ payload }) => (payload.kind === "ack" ? "lose" : "deliver");
  await rig.until(() => rig.events("observation.made").length === 5);
  // Nothing is under way when the disk dies.
  rig.engine.submit({ type: "campaign.pause", by: ada, reason: "night" });
  await rig.pass(60_000);
  const lost = rig
    .events("step.succeeded")
    .map(({ commandId }) => commandId)
    .filter((id) => !before.includes(id));
  rig.kill();
  rig.onPublish = () => "deliver";
  for (const tail of ["", "-wal", "-shm"]) rmSync(`${rig.file}${tail}`, { force: true });
  copyFileSync(backup, rig.file);
  rmSync(backup);
  rig.reopen();
  return { rig, fence, lost };
}

describe("§9: a journal from an old backup", () => {
  test("is known by a fence above its epoch: nothing is dispatched before a person has confirmed it", async () => {
    const { rig, fence } = await restoredRig({ losesAcks: false });
    const { length: executes } = rig.device.executes;
    await rig.pass(600_000);
    expect(rig.events("device.fenceAbove")).toEqual([{ type: "device.fenceAbove", device: "mixer-1", fence: 4 }]);
    expect(rig.device.executes).toHaveLength(executes);
    expect(rig.end()).toBeNull();
    expect(viewOf(rig).alarms.map(({ code }) => code)).toContain("engine.restored");
    expect(rig.engine.submit({ ...confirm, by: hal })).toEqual(refused("by a person only"));

    expect(rig.engine.submit(confirm)).toMatchObject({ ok: true });
    expect(rig.engine.submit(confirm)).toEqual(refused("no device has shown"));
    expect(rig.events("engine.restoreConfirmed")).toMatchObject([{ epoch: 5, by: ada }]);
    expect(rig.journal.lease.epoch).toBe(5);
    await rig.until(() => rig.end() !== null);
    expect(fence.fence).toBe(5);
    expect(rig.sent("engine").at(-1)?.payload).toMatchObject({ epoch: 5 });
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 8 }]);
    // New numbers lie above everything that the device has seen.
    const numbers = rig.device.executes.map(({ dseq, commandId }) => [commandId, dseq] as const);
    const byNumber = new Map(numbers.map(([commandId, dseq]) => [dseq, commandId]));
    expect(byNumber.size).toBe(new Set(numbers.map(([commandId]) => commandId)).size);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("stays one over a restart of the engine, also under an epoch above the fence, until it is confirmed", async () => {
    const { rig } = await restoredRig({ losesAcks: false });
    await rig.until(() => rig.events("device.fenceAbove").length > 0);
    const { length: executes } = rig.device.executes;
    for (let epoch = 3; epoch <= 6; epoch++) restart(rig);
    await rig.pass(600_000);
    expect(rig.device.executes).toHaveLength(executes);
    expect(rig.engine.submit(confirm)).toMatchObject({ ok: true });
    expect(rig.journal.lease.epoch).toBe(7);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
  });

  test("ends an engine without people as stuck, with the question", async () => {
    const rig = await openRig({ lab: mixingLab(2), isObeying: false });
    await rig.until(() => rig.device.executes.length === 1);
    await rig.device.refuse("stale-epoch", undefined, 9);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()).toMatchObject({
      kind: "stuck",
      reasons: [
        "mixer-1 has accepted epoch 9, above this journal's 1: a campaign in another folder has used it, or this journal is a restored backup. If nothing of either is left on it: labloop restore confirm",
      ],
    });
  });

  test("E7: a refusal whose fence is not above our epoch is an old message's, and changes nothing", async () => {
    const rig = await openRig({ lab: mixingLab(2) });
    await rig.until(() => rig.device.executes.length === 1);
    await rig.device.refuse("stale-epoch", undefined, 1);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.events("device.fenceAbove")).toEqual([]);
  });

  test("reconcile step 5: what devices did meanwhile is imported as orphans; the device is usable once a person released it", async () => {
    const { rig, lost } = await restoredRig({ losesAcks: true });
    await rig.until(() => rig.events("device.fenceAbove").length > 0);
    expect(rig.engine.submit(confirm)).toMatchObject({ ok: true });
    await rig.pass(60_000);
    const orphans = rig.events("device.orphanFound");
    expect(orphans.map(({ commandId }) => commandId).sort()).toEqual(lost.toSorted());
    expect(orphans[0]).toMatchObject({ device: "mixer-1", state: "succeeded", evidence: { physical: "full" } });
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.orphan" }]);
    expect(viewOf(rig).devices).toMatchObject([{ phase: "quarantined" }]);
    expect(rig.device.acks).not.toContain(lost[0]);

    expect(rig.engine.submit(release("mixer-1"))).toMatchObject({ ok: true });
    expect(viewOf(rig).devices).toMatchObject([{ phase: "offline", message: null }]);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.device.acks).toEqual(expect.arrayContaining(lost));
    expect(rig.events("device.orphanFound")).toHaveLength(orphans.length);
    expect(rig.refold()).toEqual(rig.engine.state());
  });
});

describe("a device out of use", () => {
  test("that still carries out an orphan is not used before that has ended", async () => {
    const rig = await openRig({ lab: mixingLab(1), waitsForPeople: true });
    const orphan = `${createRandomIds(rig.clock).ulid()}.1`;
    const running = { commandId: orphan, state: "started", physical: "unknown", paramsHash: null, dseq: 3 } as const;
    rig.device.facts.set(orphan, running);
    await rig.until(() => rig.events("device.quarantined").length === 1);
    expect(rig.engine.submit(release("mixer-1"))).toMatchObject({ ok: true });
    await rig.pass(60_000);
    expect(rig.device.executes).toEqual([]);
    await rig.device.report(orphan, "succeeded");
    await rig.until(() => rig.end() !== null);
    expect(rig.events("device.orphanFound").map(({ state }) => state)).toEqual(["started", "succeeded"]);
    expect(rig.device.executes).toHaveLength(1);
  });

  test("is not released while a command on it is in doubt, and is asked before it is used again", async () => {
    const { rig, device, commandId } = await doubtful({ lab: castingLab(1) }, "caster-1");
    await device.refuse("id-conflict", commandId);
    await rig.until(() => rig.events("device.quarantined").length === 1);
    expect(rig.engine.submit(release("caster-1"))).toEqual(refused(`${commandId} on caster-1 is in doubt`));
    expect(rig.engine.submit(release("caster-9"))).toEqual(refused("no device is called caster-9"));
    expect(resolve(rig, commandId, { as: "executed" })).toMatchObject({ ok: true });
    const { length: asked } = device.reconciles;
    await rig.pass(60_000);
    expect(device.reconciles).toHaveLength(asked);
    expect(rig.engine.submit(release("caster-1"))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(device.reconciles.length).toBeGreaterThan(asked);
    expect(rig.end()?.kind).toBe("ended");
  });

  test("that refuses the burial of a settled command as pruned can never run it: that is its last word", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    device.onCancel = () => void device.refuse("pruned", commandId);
    resolve(rig, commandId, { as: "discarded" });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.contradicted")).toMatchObject([{ commandId, evidence: { refusal: "pruned" } }]);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
  });

  test("reconcile step 5: an orphan that the device lists no more has ended there, and keeps nobody waiting", async () => {
    const rig = await openRig({ lab: mixingLab(2), waitsForPeople: true });
    const stray = `${createRandomIds(rig.clock).ulid()}.1`;
    await rig.until(() => rig.device.executes.length === 1);
    await rig.device.report(stray, "accepted");
    rig.device.facts.delete(stray);
    await rig.until(() => rig.events("device.quarantined").length === 1);
    await rig.pass(60_000);
    expect(rig.engine.submit(release("mixer-1"))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.events("device.orphanFound").map(({ state }) => state)).toEqual(["accepted", "unknown"]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });
});
