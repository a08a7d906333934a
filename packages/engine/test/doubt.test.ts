import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, bob, bury, doubtful, hal, observed, resolve } from "./support/doubt.ts";
import { openRig } from "./support/rig.ts";

const result = { mass: { value: 7, unit: "g" } };
const said = (words: string) => ({ ok: false, reason: expect.stringContaining(words) });
const release = (device: string) => ({ type: "device.release", device, by: ada, reason: "it is empty" }) as const;

describe("§11: it happened", () => {
  test("with the result: the run goes on as if it had succeeded, and the observation says who entered it", async () => {
    const { rig, commandId } = await doubtful({ lab: mixingLab(2) });
    expect(resolve(rig, commandId, { as: "executed", result, confirmedBy: bob })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(observed(rig)[0]).toBe(7);
    const [entered, measured] = rig.events("observation.made").map(({ observation }) => observation.steps[0]);
    expect(entered?.entered).toEqual({ by: ada, confirmedBy: bob, reason: "I looked" });
    expect(measured?.entered).toBeUndefined();
    expect(rig.events("step.resolved")).toMatchObject([
      { commandId, as: "executed", by: ada, confirmedBy: bob, reason: "I looked", result },
    ]);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("with everything that is wrong with the result told at once, and nothing recorded", async () => {
    const { rig, commandId } = await doubtful({ lab: mixingLab(1) });
    const before = rig.journal.head().seq;
    const wrong = { mass: { value: 7, unit: "kg" }, taste: 3 };
    const receipt = resolve(rig, commandId, { as: "executed", result: wrong, confirmedBy: ada });
    expect(receipt).toEqual(said("the second person must be another than the first"));
    expect(receipt).toEqual(said("mass: its unit must be g, not kg"));
    expect(receipt).toEqual(said("taste: this operation has no such value"));
    expect(resolve(rig, commandId, { as: "executed" })).toEqual(said("mass: it is missing"));
    expect(rig.journal.head().seq).toBe(before);
  });

  test("in part: the run has failed with its part where it was made, and that is carried away", async () => {
    const { rig, commandId } = await doubtful({ lab: castingLab(1) }, "caster-1");
    expect(resolve(rig, commandId, { as: "partial" })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(observed(rig)).toEqual(["crash", 50]);
    const [first] = rig.events("run.queued");
    const steps = rig.events("step.intended").filter(({ runId }) => runId === first?.runId);
    expect(steps.map(({ stepKey }) => stepKey)).toEqual(["cast", "toGauge", "discard"]);
  });
});

describe("§11: it did not happen", () => {
  test("E5: after the device itself called it unknown, a new attempt follows by a journaled decision", async () => {
    const { rig, commandId } = await doubtful({ lab: mixingLab(1) });
    expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    const [first, second] = rig.events("step.intended");
    expect(second).toMatchObject({ stepId: first?.stepId, attempt: 2 });
    expect(second?.decision).toBe("attempt 1 was settled as not executed by Ada: I looked");
    expect(observed(rig)).toHaveLength(1);
  });

  test("E5, E6: never without the old id being terminal at the device, over any number of restarts", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    expect(rig.events("step.doubted")).toMatchObject([{ reason: expect.stringContaining("hard deadline") }]);
    device.onCancel = () => undefined;
    expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
    await rig.pass(600_000);
    rig.kill();
    rig.reopen();
    await rig.pass(600_000);
    expect(device.executes).toHaveLength(1);
    expect(device.reconciles.at(-1)?.open).toMatchObject([{ commandId }]);
    expect(device.cancels.length).toBeGreaterThan(10);
    expect(resolve(rig, commandId, { as: "not-executed" })).toEqual(said("the device has still to confirm it"));
    await device.report(commandId, "failed", { physical: "none", error: "crash" });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("E5: a tombstone is waited for from a device that is away", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    device.bus.drop();
    await rig.until(() => rig.events("device.lost").length > 0);
    resolve(rig, commandId, { as: "not-executed" });
    await rig.pass(3_600_000);
    expect(rig.events("step.intended")).toHaveLength(1);
    device.facts.delete(commandId);
    device.jseq += 5;
    device.onCancel = () => undefined;
    bury(device);
    device.bdSeq++;
    device.bus.rejoin();
    await rig.pass(10);
    await device.say(true);
    // It denies what it had started: its memory is lost, and its word on what it has not seen is worth nothing (E9).
    await rig.until(() => rig.events("step.notExecuted").length === 1);
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);
    expect(rig.events("step.intended")).toHaveLength(1);
    expect(rig.engine.submit(release(device.id))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("E10, I1: but then the device no longer knows: it may have acted since, so no new attempt, and asked for again", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    device.onCancel = () => undefined;
    resolve(rig, commandId, { as: "not-executed" });
    await device.report(commandId, "unknown", { physical: "unknown", error: "crash" });
    await rig.pass(60_000);
    expect(rig.events("step.contradicted")).toMatchObject([{ commandId, settled: "not-executed", state: "unknown" }]);
    expect(rig.events("step.intended")).toHaveLength(1);
    expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("E10, I1: but the device says that it did: raised, acknowledged, no new attempt, and asked for again", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    device.onCancel = () => undefined;
    resolve(rig, commandId, { as: "not-executed" });
    await device.report(commandId, "succeeded", { result });
    await device.repeat(commandId);
    await rig.pass(60_000);
    expect(rig.events("step.contradicted")).toMatchObject([
      { commandId, settled: "not-executed", state: "succeeded", evidence: { result } },
    ]);
    expect(device.acks.length).toBeGreaterThanOrEqual(2);
    expect(rig.events("step.succeeded", "observation.made")).toEqual([]);
    expect(device.executes).toHaveLength(1);
    expect(resolve(rig, commandId, { as: "not-executed" })).toEqual(said("a new attempt could do it twice"));
    expect(resolve(rig, commandId, { as: "executed", result })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(observed(rig)).toEqual([7]);
    expect(device.executes).toHaveLength(1);
    expect(rig.refold()).toEqual(rig.engine.state());
  });
});

describe("§11: skipped, the sample suspect", () => {
  test("the run ends suspect, the optimizer gets missing, no value is invented, and the lab goes on", async () => {
    const { rig, commandId } = await doubtful({ lab: mixingLab(2) });
    expect(resolve(rig, commandId, { as: "discarded" })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(observed(rig)[0]).toBe("in-doubt");
    const [run] = rig.events("run.queued");
    expect(rig.events("sample.suspected")).toMatchObject([{ runId: run?.runId, sampleId: run?.sampleId }]);
    expect(rig.events("run.finished").map(({ outcome }) => outcome)).toEqual(["suspect", "done", "done"]);
    expect(
      rig.asked.every(({ trials }) =>
        trials.every(({ outcome }) => outcome.status === "measured" || outcome.status === "fault"),
      ),
    ).toBe(true);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
  });

  test("where the part may stand nobody knows: each place is out of use by name until a person has released it", async () => {
    const { rig, device, commandId } = await doubtful({ lab: castingLab(2, 2) }, "mover-1");
    resolve(rig, commandId, { as: "discarded" });
    await rig.pass(600_000);
    expect(rig.events("device.quarantined").map(({ device: id, code }) => [id, code])).toEqual([
      ["mover-1", "device.partLeft"],
      ["caster-1", "device.partLeft"],
      ["gauge-1", "device.partLeft"],
    ]);
    expect(device.executes).toHaveLength(1);
    expect(rig.end()).toBeNull();
    for (const id of ["mover-1", "caster-1", "gauge-1"])
      expect(rig.engine.submit(release(id))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
    expect(rig.events("run.finished").filter(({ outcome }) => outcome === "suspect")).toHaveLength(1);
  });

  test("E8: the device is not used again while it may still be at it", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) }, undefined, "started");
    resolve(rig, commandId, { as: "discarded" });
    await rig.pass(20_000);
    expect(rig.events("run.finished")).toMatchObject([{ outcome: "suspect" }]);
    expect(device.executes).toHaveLength(1);
    rig.kill();
    rig.reopen();
    await rig.pass(20_000);
    expect(device.executes).toHaveLength(1);
    expect(device.reconciles.at(-1)?.open).toMatchObject([{ commandId }]);
    await device.report(commandId, "failed", { physical: "full", error: "crash" });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.contradicted")).toMatchObject([
      { commandId, settled: "discarded by Ada", state: "failed" },
    ]);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
  });

  test("and the run is stopped: its part is cleaned away when its place is known", async () => {
    const { rig, commandId } = await doubtful({ lab: castingLab(1) }, "gauge-1");
    expect(resolve(rig, commandId, { as: "discarded", stopsRun: true })).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    const [first] = rig.events("run.queued");
    const steps = rig.events("step.intended").filter(({ runId }) => runId === first?.runId);
    expect(steps.map(({ stepKey }) => stepKey)).toEqual(["cast", "toGauge", "measure", "discard"]);
    expect(rig.events("run.failing")).toMatchObject([{ code: "run.stopped" }]);
    expect(rig.events("run.finished").map(({ outcome }) => outcome)).toEqual(["suspect", "done"]);
    expect(rig.events("device.quarantined")).toEqual([]);
  });
});

test("§11: agents settle nothing, nor confirm, nor release; what is not in doubt is not answered", async () => {
  const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) });
  expect(resolve(rig, commandId, { as: "discarded", by: hal })).toEqual(said("by a person only"));
  expect(resolve(rig, commandId, { as: "not-executed", confirmedBy: hal })).toEqual(said("by a person only"));
  expect(rig.engine.submit({ ...release(device.id), by: hal })).toEqual(said("by a person only"));
  expect(rig.engine.submit(release(device.id))).toEqual(said("is not out of use"));
  expect(resolve(rig, commandId, { as: "discarded" })).toMatchObject({ ok: true });
  expect(resolve(rig, commandId, { as: "executed", result })).toEqual(said("it is settled as discarded by Ada"));
});

describe("E10: a late fact after a person's word", () => {
  test("is raised, acknowledged and stored, and changes nothing; the sample is suspect when it says otherwise", async () => {
    const { rig, device, commandId } = await doubtful({ lab: castingLab(1) }, "caster-1", "started");
    device.bus.drop();
    await rig.until(() => rig.events("device.lost").length > 0);
    resolve(rig, commandId, { as: "executed" });
    await rig.pass(1_000);
    device.bus.rejoin();
    await rig.pass(10);
    device.bdSeq++;
    await device.say(true);
    await device.report(commandId, "failed", { physical: "partial", error: "crash" });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.contradicted")).toMatchObject([
      { commandId, settled: "succeeded by Ada", state: "failed" },
    ]);
    expect(rig.events("step.failed")).toEqual([]);
    expect(device.acks).toContain(commandId);
    expect(observed(rig)).toEqual(["in-doubt", 50]);
    expect(rig.events("run.finished").map(({ outcome }) => outcome)).toEqual(["suspect", "done"]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });
});

test("§11: a campaign taken up again with a doubt waits for its people, and their answer works", async () => {
  const { rig, commandId } = await doubtful({ lab: mixingLab(1) });
  await rig.pass(3_600_000);
  expect(rig.end()).toBeNull();
  rig.kill();
  rig.reopen();
  await rig.pass(3_600_000);
  expect(rig.end()).toBeNull();
  resolve(rig, commandId, { as: "executed", result });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§11: without people at the desk a doubt ends the engine as stuck; an answer to it is taken all the same", async () => {
  const { rig, commandId } = await doubtful({ lab: mixingLab(1), waitsForPeople: false });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(commandId)] });
  expect(resolve(rig, commandId, { as: "executed", result })).toMatchObject({ ok: true });
  await rig.until(() => rig.engine.state().finished !== null);
});

describe("E9: the burial of a command in a journal that was lost", () => {
  test("says nothing of what was done before: it stays in doubt until a person has answered", async () => {
    const rig = await openRig({ lab: mixingLab(1), isObeying: false, waitsForPeople: true });
    const { device } = rig;
    await rig.until(() => device.executes.length === 1);
    const commandId = device.executes[0]?.commandId ?? "";
    await device.report(commandId, "accepted");
    await rig.pass(10);
    device.isDeaf = true;
    rig.engine.submit({ type: "estop.raise", by: ada, reason: "smoke" });
    expect(rig.events("step.cancelling")).toMatchObject([{ commandId }]);
    await rig.pass(10);
    device.isDeaf = false;
    device.isAnswering = false;
    device.facts.clear();
    Object.assign(device, { journalId: "journal-2", bootId: "boot-2", bdSeq: 2, jseq: 0 });
    await device.say(true);
    // A word of cancelling that was under way has made a tombstone in the new journal.
    await device.report(commandId, "cancelled", { error: "crash" });
    await rig.pass(100);
    device.isAnswering = true;
    await rig.pass(60_000);
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);
    expect(rig.events("step.notExecuted")).toEqual([]);
    expect(rig.events("step.doubted").at(-1)).toMatchObject({ commandId, isTerminal: true });
    expect(device.cancels).toEqual([]);

    expect(resolve(rig, commandId, { as: "not-executed" })).toMatchObject({ ok: true });
    expect(rig.engine.state().openCommands.size).toBe(0);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("E9, E10: after a person's answer, what a device without its journal buries makes no sample suspect", async () => {
    const { rig, device, commandId } = await doubtful({ lab: castingLab(1) }, "caster-1", "started");
    device.facts.clear();
    Object.assign(device, { journalId: "journal-2", bootId: "boot-2", bdSeq: 2, jseq: 0 });
    await device.say(true);
    await rig.until(() => rig.events("device.quarantined").some(({ code }) => code === "device.memoryLost"));
    expect(resolve(rig, commandId, { as: "executed", result: {} })).toEqual({ ok: true, seq: expect.any(Number) });
    expect(rig.engine.submit(release(device.id))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(device.facts.get(commandId)?.state).toBe("cancelled");
    expect(rig.events("sample.suspected")).toEqual([]);
    expect(rig.engine.state().residues.size).toBe(0);
    expect(observed(rig)).toEqual([expect.any(Number)]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });
});
