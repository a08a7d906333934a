import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, bury, doubtful, resolve, sayOnce, viewOf } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";
import type { ScriptedDevice } from "./support/scripted-device.ts";

const abort = { type: "campaign.abort", by: ada } as const;

/** A start that is not seen, and the run and hard deadlines after it, in this lab (contract section 10). */
const marginMs = 60_000;
const hardDeadlineMs = 30_000 + 2_000 + 60_000 + marginMs;

function deviceOf(rig: Rig, id: string): ScriptedDevice {
  const device = rig.devices.get(id);
  if (device === undefined) throw new Error(`no ${id}`);
  return device;
}

/** Ways for a device to be of no help, from some moment on. */
const troubles: Readonly<Record<string, (device: ScriptedDevice) => void>> = {
  silent: (device) => {
    device.isDeaf = true;
  },
  dead: (device) => device.bus.drop(),
  "deaf to cancels": (device) => {
    device.onExecute = ({ commandId }) => void device.report(commandId, "accepted");
    device.onCancel = () => undefined;
  },
  "starting and never ending": (device) => {
    device.onExecute = ({ commandId }) => void device.report(commandId, "started", { physical: "unknown" });
    device.onCancel = (commandId) => {
      if (device.facts.has(commandId)) void device.repeat(commandId);
    };
  },
  "unable to tell": (device) => {
    device.onExecute = ({ commandId }) =>
      void device.report(commandId, "unknown", { physical: "unknown", error: "crash" });
  },
};

/** Everything that was touched is free or named: no run is left, and no device is usable that may still be at it. */
function expectAllNamed(rig: Rig): void {
  const state = rig.engine.state();
  expect(state.runs.size).toBe(0);
  const held = new Map(rig.events("device.quarantined").map(({ device, message }) => [device, message]));
  for (const [device, message] of held) expect(message).toContain(device);
  for (const { device } of state.residues.values()) expect(held.has(device), `${device} may still be at it`).toBe(true);
  // A part that was begun was carried out of the lab, or the devices where it may be are out of use.
  const suspects = new Set(rig.events("sample.suspected").map(({ runId }) => runId));
  for (const { runId, outcome } of rig.events("run.finished")) {
    if (suspects.has(runId)) {
      expect(outcome).toBe("suspect");
      continue;
    }
    const ended = new Set(rig.events("step.succeeded").map(({ commandId }) => commandId));
    const done = rig.events("step.intended").filter((each) => each.runId === runId && ended.has(each.commandId));
    const keys = done.map(({ stepKey }) => stepKey);
    if (keys.includes("cast")) expect(keys).toContain("discard");
  }
  for (const { phase } of viewOf(rig).runs) expect(["done", "failed", "aborted", "suspect"]).toContain(phase);
}

describe("cancel always ends", () => {
  test.each(Object.keys(troubles).flatMap((trouble) => ["caster-1", "mover-1", "gauge-1"].map((id) => [trouble, id])))(
    "an abort with a device that is %s (%s) ends, and each device and sample it touched is free or out of use by name",
    async (trouble, id) => {
      const rig = await openRig({ lab: castingLab(4, 2), waitsForPeople: true });
      for (const device of rig.devices.values()) bury(device);
      troubles[trouble ?? ""]?.(deviceOf(rig, id ?? ""));
      await rig.pass(40_000);
      expect(rig.engine.submit(abort)).toMatchObject({ ok: true });
      const abortedAt = rig.clock.now();
      await rig.until(() => rig.end() !== null, 3_600_000);
      expect(rig.end()?.kind).toBe("ended");
      expect(rig.events("campaign.aborted")).toMatchObject([{ by: ada }]);
      // One hard deadline for what runs, one for each carrying that follows it, and one for what cannot be carried.
      expect(rig.clock.now() - abortedAt).toBeLessThanOrEqual(4 * hardDeadlineMs);
      expectAllNamed(rig);
      expect(rig.refold()).toEqual(rig.engine.state());
    },
  );

  test("whatever devices do, and whenever it is aborted", async () => {
    const trouble = fc.tuple(
      fc.constantFrom("caster-1", "caster-2", "mover-1", "gauge-1"),
      fc.constantFrom(...Object.keys(troubles)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(trouble, { maxLength: 3, selector: ([id]) => id }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        async (all, breaksAfter, abortedAfter) => {
          const rig = await openRig({ lab: castingLab(4, 2), waitsForPeople: true });
          for (const device of rig.devices.values()) bury(device);
          rig.clock.at(rig.clock.now() + breaksAfter, () => {
            for (const [id, what] of all) troubles[what]?.(deviceOf(rig, id));
          });
          await rig.pass(abortedAfter);
          rig.engine.submit(abort);
          await rig.until(() => rig.end() !== null, 3_600_000);
          expectAllNamed(rig);
          expect(rig.refold()).toEqual(rig.engine.state());
          rig.kill();
        },
      ),
      { numRuns: 40, seed: 4 },
    );
  }, 60_000);

  test("an answer that waits for a device which never confirms it is given up by an abort", async () => {
    const rig = await openRig({ lab: castingLab(1), waitsForPeople: true });
    sayOnce(rig, rig.device, "started", { physical: "unknown" });
    rig.device.onCancel = () => undefined;
    await rig.until(() => rig.events("step.doubted").length === 1);
    const [doubted] = rig.events("step.doubted");
    expect(resolve(rig, doubted?.commandId ?? "", { as: "not-executed" })).toMatchObject({ ok: true });
    rig.engine.submit(abort);
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.resolved").map(({ as, by }) => [as, by])).toEqual([
      ["not-executed", ada],
      ["discarded", null],
    ]);
    expectAllNamed(rig);
    expect(rig.events("device.quarantined")).toMatchObject([{ device: "caster-1" }]);
  });
});

test("§11: with one run in doubt the others go on, and the campaign reaches its goal after the answer", async () => {
  const rig = await openRig({ lab: castingLab(4, 2), waitsForPeople: true });
  const [first] = rig.devices.values();
  if (first === undefined) throw new Error("no device");
  sayOnce(rig, first, "unknown", { physical: "unknown", error: "crash" });
  await rig.pass(600_000);
  const [doubted] = rig.events("step.doubted");
  expect(rig.events("observation.made").length).toBeGreaterThanOrEqual(3);
  expect(resolve(rig, doubted?.commandId ?? "", { as: "executed" })).toMatchObject({ ok: true });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
});

test("§12: after an E-STOP that left a part in the gripper a person settles it, and the campaign reaches its goal", async () => {
  const rig = await openRig({ lab: castingLab(2), waitsForPeople: true });
  for (const device of rig.devices.values()) bury(device);
  const mover = deviceOf(rig, "mover-1");
  sayOnce(rig, mover, "unknown", { physical: "unknown", error: "crash" });
  await rig.until(() => rig.events("step.doubted").length > 0);
  rig.engine.submit({ type: "estop.raise", by: ada, reason: "smoke" });
  for (const device of rig.devices.values()) {
    const issuedAt = new Date(rig.clock.now()).toISOString();
    const head = { v: 1, kind: "stopped", device: device.id, issuedAt } as const;
    await device.bus.publish("report", device.id, { ...head, stopId: 1, tookMs: 5, running: [] });
  }
  await rig.pass(10_000);
  const [doubted] = rig.events("step.doubted");
  // An answer moves nothing, so it may be given before the stop is cleared.
  expect(resolve(rig, doubted?.commandId ?? "", { as: "discarded" })).toMatchObject({ ok: true });
  expect(rig.engine.submit({ type: "estop.clear", by: ada, reason: "aired" })).toMatchObject({ ok: true });
  expect(rig.engine.submit({ type: "campaign.resume", by: ada })).toMatchObject({ ok: true });
  await rig.pass(60_000);
  expect(viewOf(rig).devices.filter(({ phase }) => phase === "quarantined")).toHaveLength(3);
  for (const { device, quarantine } of rig.engine.state().devices.values()) {
    if (quarantine === null) continue;
    expect(rig.engine.submit({ type: "device.release", device, by: ada, reason: "I took it" })).toMatchObject({
      ok: true,
    });
  }
  await rig.until(() => rig.end() !== null);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
});

describe("a device that never ends what was settled without it", () => {
  /** One order that the device goes on with for ever, whatever it is told. */
  async function forEver(as: "discarded" | "executed"): Promise<Rig> {
    const { rig, device, commandId } = await doubtful(
      { lab: mixingLab(3), waitsForPeople: false },
      undefined,
      "started",
    );
    device.onCancel = (id) => void device.repeat(id);
    const result = as === "executed" ? { result: { mass: { value: 7, unit: "g" } } } : {};
    expect(resolve(rig, commandId, { as, ...result })).toMatchObject({ ok: true });
    return rig;
  }

  test.each(["discarded", "executed"] as const)(
    "is out of use by name within its hard deadline, and a campaign without people ends: %s",
    async (as) => {
      const rig = await forEver(as);
      const answeredAt = rig.clock.now();
      await rig.until(() => rig.end() !== null);
      expect(rig.events("device.quarantined")).toMatchObject([{ device: "mixer-1", code: "device.stillActing" }]);
      expect(rig.end()).toMatchObject({
        kind: "stuck",
        reasons: [expect.stringMatching(/^mixer-1 was taken out of use/)],
      });
      expect(rig.clock.now() - answeredAt).toBeLessThanOrEqual(hardDeadlineMs);
      expect(rig.refold()).toEqual(rig.engine.state());
    },
  );

  test("has the margin once more after each release, over a restart too, and is used once it says that it is over", async () => {
    const rig = await forEver("discarded");
    const release = { type: "device.release", device: "mixer-1", by: ada, reason: "it stands still" } as const;
    const wasHeld = (times: number) => () => rig.events("device.quarantined").length === times;
    await rig.until(wasHeld(1));
    expect(rig.engine.submit(release)).toMatchObject({ ok: true });
    const releasedAt = rig.clock.now();
    await rig.pass(marginMs / 2);
    rig.kill();
    rig.reopen();
    await rig.until(wasHeld(2));
    expect(rig.clock.now() - releasedAt).toBeGreaterThanOrEqual(marginMs);
    expect(rig.device.executes).toHaveLength(1);

    const [first] = rig.device.executes;
    await rig.device.report(first?.commandId ?? "", "failed", { physical: "partial", error: "crash" });
    await rig.pass(1_000);
    expect(rig.engine.submit(release)).toMatchObject({ ok: true });
    await rig.until(() => rig.events("campaign.finished").length === 1);
    expect(rig.events("device.quarantined")).toHaveLength(2);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("and is away at its hard deadline is asked first when it is back", async () => {
    const rig = await forEver("discarded");
    rig.device.isBeating = false;
    rig.device.isDeaf = true;
    await rig.pass(10 * hardDeadlineMs);
    expect(rig.events("device.quarantined")).toEqual([]);
    const commandId = rig.device.executes[0]?.commandId ?? "";
    const isOver = { commandId, state: "failed", physical: "partial", paramsHash: null, dseq: 1 } as const;
    const error = { code: "test.error", message: "said the test", class: "crash" };
    rig.device.facts.set(commandId, { ...isOver, error });
    rig.device.isDeaf = false;
    rig.device.isBeating = true;
    await rig.until(() => rig.events("campaign.finished").length === 1);
    expect(rig.events("device.quarantined")).toEqual([]);
  });
});
