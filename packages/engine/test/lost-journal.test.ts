import { createRandomIds } from "@labloop/clock";
import { describe, expect, test } from "vitest";
import { castingLab, mixingLab, type TestLab } from "./support/documents.ts";
import { ada, bury, resolve } from "./support/doubt.ts";
import { restart } from "./support/ordered.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { obey, type ScriptedDevice } from "./support/scripted-device.ts";
import { obeyStops } from "./support/stoppable.ts";

const release = (device: string) => ({ type: "device.release", device, by: ada, reason: "I looked" }) as const;

/** The driver starts anew, and its journal is not there any more. */
function loseJournal(device: ScriptedDevice): Promise<void> {
  device.facts.clear();
  Object.assign(device, { journalId: "journal-2", jseq: 0, maxDseq: 0 });
  return restart(device);
}

function take(device: ScriptedDevice, local: ScriptedDevice["local"]): Promise<void> {
  device.local = local;
  return device.say(true);
}

/** Reports a command that nobody ordered, for which the device is taken out of use. */
async function reportOrphan(rig: Rig, device: ScriptedDevice): Promise<void> {
  await device.report(`${createRandomIds(rig.clock).ulid()}.1`, "succeeded");
  await rig.until(() => rig.events("device.quarantined").length === 1);
}

/** The first device has accepted its first order, and its report that it moves does not get out; every other one obeys. */
async function accepted(lab: TestLab): Promise<{ rig: Rig; device: ScriptedDevice; commandId: string }> {
  const rig = await openRig({ lab, isObeying: false, isDurable: true, waitsForPeople: true });
  const { device } = rig;
  for (const each of rig.devices.values()) {
    bury(each);
    if (each === device) continue;
    obey(each, rig.clock);
    obeyStops(rig, each);
  }
  await rig.until(() => device.executes.length === 1);
  const commandId = device.executes[0]?.commandId ?? "";
  await device.report(commandId, "accepted");
  await rig.pass(10);
  return { rig, device, commandId };
}

describe("E9: a journal that is lost while its device is out of use for another reason", () => {
  test("I1: what the new one buries is no proof: its command is in doubt, and is done on no other device", async () => {
    const { rig, device, commandId } = await accepted(castingLab(1, 2));
    await reportOrphan(rig, device);
    await loseJournal(device);
    await rig.pass(3_000);
    expect(rig.events("step.doubted")).toMatchObject([
      { commandId, reason: expect.stringContaining("lost its journal") },
    ]);
    rig.engine.submit({ type: "estop.raise", by: ada, reason: "smoke" });
    await device.report(commandId, "cancelled", { error: "crash" });
    await rig.pass(5_000);
    expect(rig.engine.submit({ type: "estop.clear", by: ada, reason: "it was toast" })).toMatchObject({ ok: true });
    rig.engine.submit({ type: "campaign.resume", by: ada });
    await rig.pass(60_000);
    expect(rig.events("step.notExecuted")).toEqual([]);
    expect(rig.events("step.intended").map((order) => order.device)).toEqual(["caster-1"]);
    expect(rig.refold()).toEqual(rig.engine.state());

    expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended")[1]).toMatchObject({ stepKey: "cast", attempt: 2, device: "caster-2" });
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("what it denies to have taken is forgotten, people are told both, and a burial stays a doubt", async () => {
    const { rig, device, commandId } = await accepted(mixingLab(1));
    device.isAnswering = false;
    device.facts.clear();
    device.jseq = 0;
    await restart(device);
    await rig.pass(10);
    await reportOrphan(rig, device);
    // A word of cancelling that was under way has made a tombstone in the older journal.
    await device.report(commandId, "cancelled", { error: "crash" });
    device.jseq = 0;
    device.isAnswering = true;
    await rig.until(() => rig.events("device.quarantined").length === 2);
    expect(rig.events("device.quarantined")[1]).toMatchObject({
      code: "device.memoryLost",
      message: expect.stringMatching(/never ordered by this journal; its journal was lost/),
    });
    await device.repeat(commandId);
    await rig.pass(60_000);
    expect(rig.events("step.notExecuted")).toEqual([]);
    expect(rig.events("step.doubted").at(-1)).toMatchObject({ commandId, isTerminal: true });
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("a burial out of a boot that was never asked is not believed before a person has released the device", async () => {
    const { rig, device, commandId } = await accepted(mixingLab(1));
    await reportOrphan(rig, device);
    await restart(device);
    await device.report(commandId, "cancelled", { error: "crash" });
    await rig.pass(10_000);
    expect(rig.events("step.notExecuted")).toEqual([]);
    obey(device, rig.clock);
    expect(rig.engine.submit(release(device.id))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.notExecuted")).toMatchObject([{ commandId, state: "cancelled" }]);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

test.each<[string, (rig: Rig, device: ScriptedDevice) => Promise<void>, (rig: Rig, device: ScriptedDevice) => unknown]>(
  [
    ["released", reportOrphan, (rig, device) => rig.engine.submit(release(device.id))],
    [
      "given back by staff",
      (_, device) => take(device, { by: "Grace", since: "2026-01-01T00:00:10.000Z" }),
      (_, device) => take(device, undefined),
    ],
  ],
)(
  "E9: one that has lost its journal meanwhile is asked under a new epoch only after it was %s",
  async (_, leave, back) => {
    const { rig, device, commandId } = await accepted(mixingLab(2));
    await device.report(commandId, "succeeded", { result: { mass: { value: 7, unit: "g" } } });
    await rig.until(() => device.executes.length === 2);
    await device.report(device.executes[1]?.commandId ?? "", "failed", { physical: "full", error: "crash" });
    await leave(rig, device);
    await loseJournal(device);
    await rig.pass(2_000);
    const asked = device.reconciles.length;
    await back(rig, device);
    await rig.until(() => rig.events("device.quarantined").at(-1)?.code === "device.memoryLost");
    const questions = device.reconciles.slice(asked).map(({ epoch, journalId }) => [journalId, epoch > 1]);
    expect(questions.length).toBeGreaterThan(0);
    expect(questions).toEqual(questions.map(() => ["journal-2", true]));
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);
