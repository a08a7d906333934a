import type { Probe, RetryClass } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { mixingLab, type TestLab } from "./support/documents.ts";
import { ada, bury, doubtful, hal, observed, resolve, sayOnce, viewOf } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { resultOf, type ScriptedDevice } from "./support/scripted-device.ts";

const result = { mass: { value: 7, unit: "g" } };
const ending = { state: "succeeded", result, executed: { amount: { value: 3, unit: "mL" } } };
const probeBy = (commandId: string, by: typeof ada | typeof hal = ada) =>
  ({ type: "doubt.probe", commandId, by, reason: "look again" }) as const;

/** The mixing lab whose operation is declared so; its device never knows how the order before the n-th ended. */
function mixingAs(retryClass: RetryClass, experiments: number): TestLab {
  const lab = mixingLab(experiments);
  const steps = lab.recipe.checked.protocol.steps.map((step) => ({ ...step, retryClass }));
  const protocol = { ...lab.recipe.checked.protocol, steps };
  return { ...lab, recipe: { ...lab.recipe, checked: { ...lab.recipe.checked, protocol } } };
}

/** Answers every probe so, under the question's own id. */
function finding(device: ScriptedDevice, answer: Parameters<ScriptedDevice["found"]>[1]): void {
  device.onProbe = (probe) => void device.found(probe, answer);
}

async function unknownOf(rig: Rig, times: number): Promise<void> {
  const { device } = rig;
  bury(device);
  let left = times;
  device.onExecute = (order) => {
    void device.report(order.commandId, "started", { physical: "unknown" });
    if (left-- > 0) void device.report(order.commandId, "unknown", { physical: "unknown", error: "crash" });
    else void device.report(order.commandId, "succeeded", { result: resultOf(order) });
  };
  await rig.until(() => rig.events("step.intended").length > 0);
}

describe("§11: a device in reach is asked once before anybody is bothered", () => {
  test("its decisive word that it happened settles the doubt by itself, with the result that it found", async () => {
    const rig = await openRig({ lab: mixingLab(1) });
    sayOnce(rig, rig.device, "unknown", { physical: "unknown", error: "crash" });
    finding(rig.device, { outcome: "happened", decisive: true, evidence: { scale: "moved", ending } });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    expect(observed(rig)).toEqual([7]);
    expect(rig.events("step.resolved")).toMatchObject([
      { as: "executed", by: null, reason: "mixer-1 has looked: happened", evidence: { scale: "moved" } },
    ]);
    expect(rig.events("observation.made")[0]?.observation.steps[0]?.entered).toMatchObject({ by: null });
    expect(rig.device.probes).toHaveLength(1);
    expect(viewOf(rig).doubts).toEqual([]);
  });

  test("its decisive word that it did not makes a new attempt, once the old id is terminal there", async () => {
    const rig = await openRig({ lab: mixingLab(1) });
    sayOnce(rig, rig.device, "started", { physical: "unknown" });
    const { device } = rig;
    device.onCancel = () => undefined;
    finding(device, { outcome: "not-happened", decisive: true });
    await rig.until(() => rig.events("step.resolved").length === 1);
    await rig.pass(60_000);
    expect(device.executes).toHaveLength(1);
    const [first] = device.executes;
    await device.report(first?.commandId ?? "", "failed", { physical: "none", error: "crash" });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("what is not decisive, has no usable result or goes on settles nothing, and is kept for a person", async () => {
    const open = { outcome: "happened", decisive: true } as const;
    for (const answer of [
      { ...open, evidence: { ending: { ...ending, result: { mass: { value: 7, unit: "kg" } } } } },
      { ...open, decisive: false, evidence: { ending } },
      { ...open, evidence: {} },
      { outcome: "running", decisive: true } as const,
      { outcome: "unknown", decisive: false } as const,
    ]) {
      const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) });
      finding(device, answer);
      await rig.until(() => rig.events("step.probed").length === 1);
      await rig.pass(600_000);
      expect(rig.events("step.resolved")).toEqual([]);
      expect(rig.events("step.probing")).toHaveLength(1);
      const [row] = viewOf(rig).doubts;
      expect(row).toMatchObject({ commandId, probes: [{ outcome: answer.outcome, decisive: answer.decisive }] });
      expect(row?.result).toEqual({ mass: { type: "quantity", unit: "g" } });
      rig.kill();
    }
  });

  test("is asked again under the same id while it does not answer, also by the next engine, and then a person is waited for", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1), waitsForPeople: false });
    await rig.pass(5_000);
    rig.kill();
    rig.reopen();
    await rig.until(() => rig.end() !== null);
    expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(commandId)] });
    expect(device.probes.length).toBeGreaterThan(2);
    expect(new Set(device.probes.map(({ rid }) => rid)).size).toBe(1);
  });
});

describe("§11: the answer to a probe", () => {
  test.each<[string, (device: ScriptedDevice, probe: Probe, rig: Rig) => void]>([
    ["to another question", (device, probe) => void device.found({ ...probe, rid: "other" }, happened)],
    ["of another device", (device, probe) => void device.bus.publish("report", "mixer-2", stranger(probe))],
    [
      "of the boot after the one that was asked",
      (device, probe) => {
        device.bootId = "boot-2";
        device.bdSeq++;
        device.onProbe = () => undefined;
        void device.say(true).then(() => device.found(probe, happened));
      },
    ],
  ])("%s is not believed", async (_, answer) => {
    const { rig, device } = await doubtful({ lab: mixingLab(1) });
    device.onProbe = (probe) => answer(device, probe, rig);
    await rig.pass(60_000);
    expect(rig.events("step.probed", "step.resolved")).toEqual([]);
  });

  test("that comes twice is one fact", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) });
    await rig.pass(60_000);
    expect(rig.engine.submit(probeBy(commandId, hal))).toMatchObject({ ok: true });
    expect(rig.engine.submit(probeBy(commandId))).toMatchObject({ ok: true });
    await rig.pass(1);
    const [older, newer] = device.probes.slice(-2);
    if (older === undefined || newer === undefined) throw new Error("asked twice");
    for (const probe of [older, newer, newer]) await device.found(probe, { outcome: "unknown", decisive: false });
    await rig.pass(10);
    expect(rig.events("step.probed")).toMatchObject([{ rid: newer.rid }]);
    await device.found(newer, happened);
    await rig.pass(10);
    expect(rig.events("step.resolved")).toEqual([]);
    expect(rig.events("step.probing").map(({ by }) => by?.name ?? null)).toEqual([null, "Hal", "Ada"]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("is not asked for from a device out of reach, nor for what is not in doubt", async () => {
    const { rig, device, commandId } = await doubtful({ lab: mixingLab(1) });
    device.bus.drop();
    await rig.until(() => rig.events("device.lost").length > 0);
    const refused = (words: string) => ({ ok: false, reason: expect.stringContaining(words) });
    expect(rig.engine.submit(probeBy(commandId))).toEqual(refused("is not reachable"));
    resolve(rig, commandId, { as: "discarded" });
    expect(rig.engine.submit(probeBy(commandId))).toEqual(refused("it is settled as discarded by Ada"));
  });
});

const happened = { outcome: "happened", decisive: true, evidence: { ending } } as const;

function stranger({ rid, commandId }: Probe) {
  const issuedAt = new Date(0).toISOString();
  return { v: 1, kind: "probe-result", device: "mixer-2", issuedAt, rid, commandId, ...happened } as const;
}

describe("§11: by the policy of its retry class", () => {
  test.each([
    ["idempotent", 3],
    ["retry-safe", 2],
    ["non-repeatable", 0],
  ] as const)("%s: at most %i new attempts, each with its reason, and then a person", async (retryClass, most) => {
    const rig = await openRig({ lab: mixingAs(retryClass, 4), waitsForPeople: true });
    await unknownOf(rig, 20);
    finding(rig.device, { outcome: "unknown", decisive: false });
    await rig.pass(3_600_000);
    const attempts = rig.events("step.intended").map(({ attempt }) => attempt);
    expect(attempts).toEqual(Array.from({ length: most + 1 }, (__, index) => index + 1));
    const resolved = rig.events("step.resolved");
    expect(resolved.map(({ as, by }) => [as, by])).toEqual(resolved.map(() => ["not-executed", null]));
    for (const { reason } of resolved) expect(reason).toContain(`by the policy for ${retryClass} operations`);
    expect(viewOf(rig).doubts).toHaveLength(1);
    expect(rig.events("observation.made")).toEqual([]);
  });

  test("retry-safe attempts have a budget of one for each experiment", async () => {
    const rig = await openRig({ lab: mixingAs("retry-safe", 1), waitsForPeople: true });
    await unknownOf(rig, 20);
    await rig.pass(3_600_000);
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test("the old id is terminal at the device first, also when nothing was heard of it", async () => {
    const rig = await openRig({ lab: mixingAs("idempotent", 1), waitsForPeople: true });
    sayOnce(rig, rig.device, "started", { physical: "unknown" });
    rig.device.onCancel = () => undefined;
    await rig.until(() => rig.events("step.resolved").length === 1);
    await rig.pass(600_000);
    expect(rig.device.executes).toHaveLength(1);
    // Nobody's word stands against it, so what the device says late is how it ended (E10).
    await rig.device.report(rig.device.executes[0]?.commandId ?? "", "succeeded", { result });
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.succeeded")).toMatchObject([{ late: true }]);
    expect(rig.device.executes).toHaveLength(1);
    expect(observed(rig)).toEqual([7]);
  });
});
