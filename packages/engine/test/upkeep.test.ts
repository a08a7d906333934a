import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, upkeepLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

// The rig's lab begins on 2026-01-01, 00:00 UTC.
const ada = { kind: "operator", name: "Ada" } as const;
const renew = { operation: "calibrate", validDays: 30 };
const control = (more = "") =>
  `control: { every: 2, parameters: { amount: 5 }, accept: { mass: { min: 45, max: 55 } }${more} }`;

const viewOf = (rig: Rig) => {
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  return projection.view();
};
const alarms = (rig: Rig) => viewOf(rig).alarms.map(({ code }) => code);
const calibrationsUsed = (rig: Rig) =>
  rig.events("observation.made").map(({ observation }) => observation.steps[0]?.calibration.value?.reference);

test("a valid calibration is told of nowhere, and stands in every observation", async () => {
  const calibration = { reference: "C-1", expires: "2026-06-30" };
  const rig = await openRig({ lab: upkeepLab(2, { calibration }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("calibration.due", "calibration.expired", "upkeep.queued")).toEqual([]);
  expect(rig.events("observation.made")[0]?.observation.steps[0]?.calibration).toEqual({ value: calibration });
  expect(viewOf(rig).devices[0]?.calibration).toEqual({ ...calibration, standing: "valid" });
});

test("a driver that is loaded anew is an event: who, which device, from which version to which, and the view keeps the last", async () => {
  const rig = await openRig({ lab: upkeepLab(1, {}) });
  const reload = { device: "mixer-1", by: ada, from: "1.0.0", to: "1.1.0" };
  await rig.until(() => viewOf(rig).devices.length > 0);
  rig.engine.noteReload(reload);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("driver.reloaded")).toEqual([{ type: "driver.reloaded", ...reload }]);
  const { device: _, ...told } = reload;
  expect(viewOf(rig).devices[0]?.reloads).toEqual([{ at: expect.any(Number), ...told }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("an expiry is announced ahead, once, and the device is used to the end of its last day", async () => {
  const calibration = { reference: "C-1", expires: "2026-01-01", noticeDays: 3 };
  const rig = await openRig({ lab: upkeepLab(3, { calibration }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("calibration.due")).toEqual([
    { type: "calibration.due", device: "mixer-1", reference: "C-1", expires: "2026-01-01" },
  ]);
  expect(rig.events("observation.made")).toHaveLength(3);
  expect(viewOf(rig).devices[0]?.calibration?.standing).toBe("due");
});

test("nothing is started on a device whose calibration is over, and a person's new one lets it go on", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31" };
  const rig = await openRig({ lab: upkeepLab(1, { calibration }), waitsForPeople: true });
  await rig.pass(3_600_000);
  expect(rig.device.executes).toEqual([]);
  expect(rig.events("calibration.expired")).toMatchObject([{ device: "mixer-1", holds: true }]);
  expect(alarms(rig)).toContain("calibration.expired");
  expect(rig.engine.explain().map(({ message }) => message)).toEqual([expect.stringContaining("C-1")]);

  const said = { type: "device.calibrated", device: "mixer-1", reference: "C-2", by: ada, reason: "yearly" } as const;
  expect(rig.engine.submit({ ...said, reference: "C-1", expires: null }).ok).toBe(false);
  expect(rig.engine.submit({ ...said, device: "mixer-9", expires: null }).ok).toBe(false);
  expect(rig.engine.submit({ ...said, expires: "2026-12-31" }).ok).toBe(true);
  await rig.until(() => rig.end() !== null);
  expect(calibrationsUsed(rig)).toEqual(["C-2"]);
  expect(rig.events("device.calibrated")).toMatchObject([{ by: ada, reference: "C-2", expires: "2026-12-31" }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a campaign that only waits for a calibration says so, by device, and ends as stuck where nobody is there", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31" };
  const rig = await openRig({ lab: upkeepLab(1, { calibration }) });
  await rig.until(() => rig.end() !== null);
  expect(JSON.stringify(rig.end())).toContain("labloop device calibrated mixer-1");
});

test("with a warning alone a device is used on", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31", whenExpired: "warn" } as const;
  const rig = await openRig({ lab: upkeepLab(1, { calibration }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("calibration.expired")).toMatchObject([{ holds: false }]);
  expect(rig.events("observation.made")).toHaveLength(1);
});

test("a due calibration is a step: the device's own operation runs in a run of its own, first, and once", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31", renew };
  const rig = await openRig({ lab: upkeepLab(2, { calibration }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.device.executes.map(({ op }) => op)).toEqual(["calibrate", "mix", "mix"]);
  expect(rig.events("device.calibrated")).toMatchObject([{ reference: "C-2", expires: "2026-01-31", by: null }]);
  expect(calibrationsUsed(rig)).toEqual(["C-2", "C-2"]);
  const { runs, campaign } = viewOf(rig);
  expect(runs.map(({ purpose }) => purpose)).toEqual(["calibration", undefined, undefined]);
  expect(campaign).toMatchObject({ done: 2, failed: 0, inFlight: 0 });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a lab that states only the day has the rest from the driver: it runs out, and is renewed, as declared there", async () => {
  const need = {
    values: ["mix.mass"],
    everyDays: 30,
    method: "x",
    reference: "W-1",
    renew: { operation: "calibrate" },
  };
  const rig = await openRig({ lab: upkeepLab(1, { calibration: { done: "2025-12-01" }, need }) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.created")[0]?.calibrations).toMatchObject({
    "mixer-1": { reference: "W-1", expires: "2025-12-31", whenExpired: "hold" },
  });
  expect(rig.device.executes.map(({ op }) => op)).toEqual(["calibrate", "mix"]);
  expect(rig.events("device.calibrated")).toMatchObject([{ reference: "C-2", expires: "2026-01-31" }]);
  const held = upkeepLab(1, { calibration: { done: "2025-12-01", renew: false }, need });
  const other = await openRig({ lab: held, waitsForPeople: true });
  await other.pass(3_600_000);
  expect(other.device.executes).toEqual([]);
});

test("a calibration that fails is not tried again by itself: the device waits for a person", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31", renew };
  const rig = await openRig({ lab: upkeepLab(1, { calibration }), isObeying: false, waitsForPeople: true });
  rig.device.onExecute = ({ commandId }) =>
    void rig.device.report(commandId, "failed", { physical: "partial", error: "instrument" });
  await rig.pass(3_600_000);
  expect(rig.device.executes.map(({ op }) => op)).toEqual(["calibrate"]);
  expect(rig.events("run.finished")).toMatchObject([{ outcome: "failed" }]);
  expect(rig.events("device.calibrated")).toEqual([]);
});

test("an engine that is killed while a device is calibrated goes on with that calibration", async () => {
  const calibration = { reference: "C-1", expires: "2025-12-31", renew };
  const rig = await openRig({ lab: upkeepLab(1, { calibration }), isDurable: true });
  await rig.until(() => rig.events("step.started").length === 1);
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  expect(rig.device.facts.size).toBe(2);
  expect(rig.events("device.calibrated")).toHaveLength(1);
});

test.each([
  ["of two that were stated while it ran", { calibration: { reference: "C-1", expires: "2026-06-30" } }, "C-1"],
  ["where none was stated before it began", {}, undefined],
] as const)("a step rests on the calibration that was valid when it began, %s", async (_which, stated, reference) => {
  const rig = await openRig({ lab: upkeepLab(2, stated) });
  await rig.until(() => rig.events("step.started").length === 1);
  for (const next of ["C-2", "C-3"]) {
    await rig.pass(1_000);
    const said = { type: "device.calibrated", device: "mixer-1", reference: next, expires: null, by: ada } as const;
    expect(rig.engine.submit({ ...said, reason: "weights" })).toMatchObject({ ok: true });
  }
  await rig.until(() => rig.end() !== null);
  expect(calibrationsUsed(rig)).toEqual([reference, "C-3"]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a calibration or a maintenance that had not begun when the campaign was stopped is not begun after it", async () => {
  for (const stated of [
    { calibration: { reference: "C-1", expires: "2026-01-05", noticeDays: 14, renew } },
    { maintenance: [{ name: "clean", after: { days: 1 }, last: "2025-12-01", renew: { operation: "clean" } }] },
  ]) {
    const rig = await openRig({ lab: upkeepLab(2, stated), waitsForPeople: true });
    rig.device.interlocks = { door: false };
    await rig.until(() => rig.events("upkeep.queued").length === 1);
    rig.engine.submit({ type: "campaign.stop", by: ada, reason: "enough" });
    rig.device.interlocks = { door: true };
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.device.executes).toEqual([]);
    expect(rig.events("run.finished")).toMatchObject([
      { outcome: "aborted", reason: "it had not begun when the campaign was stopped" },
    ]);
    expect(rig.refold()).toEqual(rig.engine.state());
  }
});

test("a control sample is measured before the first experiment and after every two, and no model learns from it", async () => {
  const rig = await openRig({ lab: upkeepLab(4, { control: control() }) });
  await rig.until(() => rig.end() !== null);
  const purposes = rig.events("observation.made").map(({ observation }) => observation.purpose ?? "experiment");
  expect(purposes).toEqual(["control", "experiment", "experiment", "control", "experiment", "experiment"]);
  expect(rig.events("control.judged").map(({ isAccepted }) => isAccepted)).toEqual([true, true]);
  const learned = rig.asked.map(({ trials }) => trials.filter(({ outcome }) => outcome.status === "measured").length);
  expect(learned).toEqual([0, 1, 2, 3]);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
  const { campaign, experiments } = viewOf(rig);
  expect([campaign?.done, experiments.length, campaign?.control?.count]).toEqual([4, 4, 2]);
  const [known] = rig.events("observation.made");
  expect(known?.observation).toMatchObject({ proposalId: null, modelId: null, values: { mass: { value: 50 } } });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a control sample outside its limits raises an alarm and holds the campaign until a person resumes it", async () => {
  const lab = upkeepLab(2, { control: control().replace("max: 55", "max: 49") });
  const rig = await openRig({ lab, waitsForPeople: true });
  await rig.pass(3_600_000);
  expect(rig.events("control.judged")).toMatchObject([
    { isAccepted: false, message: "mass 50 g, not at least 45 and at most 49" },
  ]);
  expect(rig.events("campaign.paused")).toMatchObject([
    { by: null, reason: expect.stringContaining("control sample") },
  ]);
  expect(rig.device.executes).toHaveLength(1);
  expect(alarms(rig)).toContain("control.outside");
  rig.engine.submit({ type: "campaign.resume", by: ada });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
});

test("where several experiments could begin at once, none begins before the first control sample is judged", async () => {
  const limits = (max: number) => `control: { every: 2, parameters: { amount: 5 }, accept: { mass: { max: ${max} } } }`;
  const wrong = await openRig({ lab: castingLab(4, 2, {}, limits(49)) });
  await wrong.until(() => wrong.end() !== null);
  expect(wrong.end()?.kind).toBe("stuck");
  expect(wrong.events("run.queued")).toEqual([]);
  const right = await openRig({ lab: castingLab(4, 2, {}, limits(51)) });
  await right.until(() => right.events("control.judged").length === 1);
  await right.until(() => right.end() !== null);
  expect(right.end()?.kind).toBe("ended");
  const types = [...right.journal.read()].map(({ event }) => event.type);
  expect(types.indexOf("proposal.asked")).toBeGreaterThan(types.indexOf("control.judged"));
});

test("where nobody is there, a campaign that is held so ends as stuck, with what lets it go on", async () => {
  const lab = upkeepLab(2, { control: control().replace("max: 55", "max: 49") });
  const rig = await openRig({ lab });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining("labloop resume")] });
});

test("a campaign that is held so while an E-STOP stands waits for its clearing, and does not end before it", async () => {
  const lab = upkeepLab(2, { control: control().replace("max: 55", "max: 49") });
  const rig = await openRig({ lab });
  await rig.until(() => rig.events("step.started").length === 1);
  rig.engine.submit({ type: "estop.raise", by: ada, reason: "smoke" });
  await rig.until(() => rig.events("control.judged").length === 1);
  await rig.pass(600_000);
  expect(rig.end()).toBeNull();
});

test("where an alarm is enough, the campaign goes on", async () => {
  const lab = upkeepLab(1, { control: control(", whenOutside: alarm").replace("max: 55", "max: 49") });
  const rig = await openRig({ lab });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.paused")).toEqual([]);
  expect(alarms(rig)).toContain("control.outside");
});

const charted = (target: number, sigma: number, more = "") =>
  `control: { every: 1, parameters: { amount: 5 }, accept: { mass: { target: ${target}, sigma: ${sigma} } }${more} }`;

test("a control chart warns, then rejects: the rule is named in words, and the campaign is held until a person resumes it", async () => {
  const rig = await openRig({ lab: upkeepLab(3, { control: charted(45, 2) }), waitsForPeople: true });
  await rig.pass(600_000);
  const warned = "mass 50 g, target 45 ± 2: more than 2 standard deviations from its target (warning 1-2s)";
  const rejected =
    "mass 50 g, target 45 ± 2: twice in a row more than 2 standard deviations off, on the same side (2-2s)";
  expect(rig.events("control.judged").map(({ isAccepted, message }) => [isAccepted, message])).toEqual([
    [true, warned],
    [false, rejected],
  ]);
  expect(alarms(rig)).toEqual(["control.warning", "control.outside"]);
  expect(rig.events("campaign.paused")).toMatchObject([{ by: null, reason: expect.stringContaining("2-2s") }]);
  expect(viewOf(rig).controls).toMatchObject([
    {
      name: "mass",
      target: 45,
      sigma: 2,
      points: [
        { number: 1, isAccepted: true, rules: ["1-2s"] },
        { number: 2, isAccepted: false, rules: ["1-2s", "2-2s"] },
      ],
    },
  ]);
  // What was rejected has been seen to: the next one is looked at anew.
  rig.engine.submit({ type: "campaign.resume", by: ada });
  await rig.until(() => rig.events("control.judged").length === 3);
  expect(rig.events("control.judged")[2]?.readings).toMatchObject([{ rules: ["1-2s"], isAccepted: true }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("a slow drift that keeps every limit is found out by ten in a row on one side", async () => {
  const lab = upkeepLab(12, { control: charted(49, 2, ", whenOutside: alarm") });
  const rig = await openRig({ lab });
  await rig.until(() => rig.end() !== null);
  const judged = rig.events("control.judged");
  expect(judged.findIndex(({ isAccepted }) => !isAccepted)).toBe(9);
  expect(judged[9]?.message).toContain("ten in a row on the same side of the target (10-x)");
});
