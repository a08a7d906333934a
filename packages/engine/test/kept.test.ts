import { expect, test } from "vitest";
import { castingLab, mixingLab, shakingLab } from "./support/documents.ts";
import { ada, resolve } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";
import { openStoppable } from "./support/stoppable.ts";

const abort = { type: "campaign.abort", by: ada } as const;

function shakerOf(rig: Rig): ScriptedDevice {
  const shaker = rig.devices.get("shaker-1");
  if (shaker === undefined) throw new Error("no shaker-1");
  return shaker;
}

/** A shaker that starts and says no more. */
async function shaking(experiments: number): Promise<Rig> {
  const rig = await openRig({ lab: shakingLab(experiments) });
  shakerOf(rig).onExecute = ({ commandId }) => void shakerOf(rig).report(commandId, "started", { physical: "unknown" });
  await rig.until(() => rig.events("step.started").length === 2);
  return rig;
}

const kept = { before: { value: expect.any(Number), unit: "g" } };

test("what was measured before a step failed is kept, and no model learns from it", async () => {
  const rig = await openRig({ lab: shakingLab(1) });
  const shaker = shakerOf(rig);
  const obey = shaker.onExecute;
  let failures = 0;
  shaker.onExecute = (order) => {
    if (failures++ > 0) return obey(order);
    void shaker.report(order.commandId, "failed", { physical: "partial", error: "crash" });
  };
  await rig.until(() => rig.end() !== null);
  const [failed, whole] = rig.events("observation.made").map(({ observation }) => observation);
  expect(failed).toMatchObject({ values: null, partial: kept, failure: { class: "crash" } });
  expect(failed?.partial).not.toHaveProperty("mass");
  expect(whole).not.toHaveProperty("partial");
  expect(rig.asked.at(-1)).toMatchObject({ trials: [{ outcome: { status: "fault" } }] });
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("what was measured before a step fell into doubt is kept when the step is given up", async () => {
  const rig = await openRig({ lab: shakingLab(1), waitsForPeople: true });
  const shaker = shakerOf(rig);
  const obey = shaker.onExecute;
  shaker.onExecute = ({ commandId }) => {
    shaker.onExecute = obey;
    void shaker.report(commandId, "unknown", { physical: "unknown", error: "crash" });
  };
  await rig.until(() => rig.events("step.doubted").length === 1);
  const [doubted] = rig.events("step.doubted");
  expect(resolve(rig, doubted?.commandId ?? "", { as: "discarded", stopsRun: true })).toMatchObject({ ok: true });
  await rig.until(() => rig.events("observation.made").length === 1);
  expect(rig.events("observation.made")[0]?.observation).toMatchObject({ values: null, partial: kept });
});

test("an abort stops an act that can be stopped, and what the run had measured is kept", async () => {
  const rig = await shaking(1);
  const shaker = shakerOf(rig);
  shaker.onCancel = (commandId) => void shaker.report(commandId, "failed", { physical: "partial", error: "crash" });
  const at = rig.clock.now();
  expect(rig.engine.submit(abort)).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  expect(rig.clock.now() - at).toBeLessThan(10_000);
  expect(shaker.cancels).toHaveLength(1);
  const failure = { class: "aborted", code: "campaign.aborted" };
  expect(rig.events("observation.made").map(({ observation }) => observation)).toMatchObject([
    { values: null, partial: kept, failure, steps: [{ step: "before" }, { step: "shake" }] },
  ]);
  expect(rig.events("run.finished", "campaign.aborted").map(({ type }) => type)).toEqual([
    "run.finished",
    "campaign.aborted",
  ]);
});

test.each([
  ["a carrying half-way, although it could be stopped", "toGauge", true],
  ["an act that cannot be stopped", "cast", false],
])("an abort does not stop %s", async (_, stepKey, stoppable) => {
  const lab = castingLab(1);
  const caps = Object.entries(lab.caps).map(([id, device]) => {
    const operations = Object.entries(device.operations).map(([op, about]) => [op, { ...about, stoppable }]);
    return [id, { ...device, operations: Object.fromEntries(operations) }];
  });
  const rig = await openRig({ lab: { ...lab, caps: Object.fromEntries(caps) } });
  const isAt = (commandId: string) => rig.events("step.started").some((started) => started.commandId === commandId);
  await rig.until(() => rig.events("step.intended").some((step) => step.stepKey === stepKey && isAt(step.commandId)));
  rig.engine.submit(abort);
  await rig.until(() => rig.end() !== null);
  expect([...rig.devices.values()].flatMap(({ cancels }) => cancels)).toEqual([]);
});

test("an abort cancels what has not begun, and it never runs", async () => {
  const rig = await openStoppable({ lab: mixingLab(2) });
  rig.onPublish = ({ key }) => (key === "command" ? "lose" : "deliver");
  await rig.until(() => rig.events("step.intended").length === 1);
  rig.engine.submit(abort);
  rig.onPublish = () => "deliver";
  await rig.until(() => rig.end() !== null);
  expect(rig.device.cancels).toEqual(rig.events("step.intended").map(({ commandId }) => commandId));
  expect(rig.device.executes).toEqual([]);
  expect(rig.events("campaign.aborted")).toHaveLength(1);
});
