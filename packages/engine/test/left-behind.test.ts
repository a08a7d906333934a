import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LeftBehind, leftBehind, stillHeld } from "../src/index.ts";
import { castingLab, mixingLab } from "./support/documents.ts";
import { ada, bury, doubtful, resolve, sayOnce } from "./support/doubt.ts";
import { openRig, type Rig } from "./support/rig.ts";

const hour = 3_600_000;
const release = (device: string) => ({ type: "device.release", device, by: ada, reason: "I looked" }) as const;
const isFinal = new Set(["succeeded", "failed", "cancelled", "rejected"]);

function leftBy(rig: Rig): LeftBehind {
  return leftBehind(rig.journal.read(), 0);
}

describe("what a campaign leaves to others in its lab", () => {
  test("whenever it is killed, each device that has not ended an order, and each with a part on it, is held by name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60_000 }), async (after) => {
        const rig = await openRig({ lab: castingLab(3, 2), waitsForPeople: true });
        await rig.pass(after);
        rig.bus.drop();
        const { held } = leftBy(rig);
        let stands: string | null = null;
        for (const device of rig.devices.values()) {
          const open = device.executes.filter(
            ({ commandId }) => !isFinal.has(device.facts.get(commandId)?.state ?? ""),
          );
          if (open.length > 0) expect([...held.keys()]).toContain(device.id);
        }
        // A part stands where the last of its acts that the journal knows of has left it.
        for (const run of rig.engine.state().runs.values()) {
          const ended = rig.events("step.succeeded").map(({ commandId }) => commandId);
          const steps = rig
            .events("step.intended")
            .filter((each) => each.runId === run.runId && ended.includes(each.commandId));
          const last = steps.filter(({ op }) => op !== "measure").at(-1);
          if (last === undefined || last.stepKey === "discard") continue;
          stands = last.op === "cast" ? last.device : "gauge-1";
          expect([...held.keys()]).toContain(stands);
        }
      }),
      { numRuns: 15, seed: 3 },
    );
  }, 120_000);

  test("a finished campaign leaves nothing but the devices that nobody has released", async () => {
    const well = await openRig({ lab: mixingLab(2) });
    await well.until(() => well.end() !== null);
    expect(leftBy(well).held).toEqual(new Map());

    const { rig, commandId } = await doubtful({ lab: castingLab(1, 2) }, "caster-1");
    expect([...leftBy(rig).held]).toEqual([["caster-1", expect.stringMatching(/^cast of its run 1 .* is in doubt: /)]]);
    resolve(rig, commandId, { as: "discarded" });
    await rig.until(() => rig.end() !== null);
    expect([...leftBy(rig).held]).toEqual([["caster-1", expect.stringContaining("the part of run 1 may be on it")]]);
    // It is over, and its devices can be released all the same.
    expect(rig.engine.submit(release("caster-1"))).toMatchObject({ ok: true });
    expect(leftBy(rig).held).toEqual(new Map());
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("an E-STOP that nobody has cleared holds every device", async () => {
    const rig = await openRig({ lab: castingLab(1), isObeying: false });
    await rig.until(() => rig.events("device.reconciled").length === 3);
    rig.engine.submit({ type: "estop.raise", by: ada, reason: "smoke" });
    expect([...leftBy(rig).held.keys()].toSorted()).toEqual(["caster-1", "gauge-1", "mover-1"]);
  });

  test("a release in any campaign of the lab counts, unless the one that holds the device has gone on since", () => {
    const left = (device: string, lastAt: number): LeftBehind => ({
      held: new Map([[device, "a part is on it"]]),
      told: new Map(),
      acts: [],
      releasedAt: new Map(),
      lastAt,
    });
    const released = (device: string, at: number): LeftBehind => ({
      held: new Map(),
      told: new Map(),
      acts: [],
      releasedAt: new Map([[device, at]]),
      lastAt: at,
    });
    const heldAfter = (...campaigns: LeftBehind[]) =>
      stillHeld(new Map(campaigns.map((each, index) => [`campaign ${index}`, each]))).map(({ device }) => device);
    expect(heldAfter(left("arm", 10))).toEqual(["arm"]);
    expect(heldAfter(left("arm", 10), released("arm", 11))).toEqual([]);
    expect(heldAfter(left("arm", 10), released("leg", 11))).toEqual(["arm"]);
    expect(heldAfter(left("arm", 12), released("arm", 11))).toEqual(["arm"]);
    expect(heldAfter(left("arm", 10), left("arm", 12), released("arm", 11))).toEqual(["arm"]);
    expect(stillHeld(new Map([["campaign a in out/a", left("arm", 10)]]))).toEqual([
      { device: "arm", message: "campaign a in out/a has left it so: a part is on it" },
    ]);
  });
});

describe("a campaign in a lab in which others have left devices", () => {
  const held = [
    { device: "caster-1", message: "campaign a has left it so: a part is on it" },
    { device: "elsewhere", message: "campaign a has left it so: it is of another lab file" },
  ];

  test("never uses them, over restarts, and uses the others; a person's release by name lets it use them", async () => {
    const rig = await openRig({
      lab: castingLab(4, 2),
      isDurable: true,
      waitsForPeople: true,
      before: { held, acts: [] },
    });
    await rig.until(() => rig.events("observation.made").length === 1);
    rig.kill();
    rig.reopen();
    await rig.until(() => rig.events("observation.made").length === 2);
    const [first, second] = rig.devices.values();
    expect(first?.executes).toEqual([]);
    expect(second?.executes.length).toBeGreaterThan(1);
    expect(rig.events("device.quarantined")).toEqual([
      {
        type: "device.quarantined",
        device: "caster-1",
        code: "device.heldByOther",
        message: "caster-1 was taken out of use: campaign a has left it so: a part is on it",
      },
    ]);
    expect(rig.engine.submit(release("caster-1"))).toMatchObject({ ok: true });
    await rig.until(() => rig.end() !== null);
    expect(first?.executes.length).toBeGreaterThan(0);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 4 }]);
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("uses what it was told of once that is settled elsewhere, as a fact that counts as nobody's release", async () => {
    const before = { held, acts: [], freed: [] as { device: string; reason: string }[] };
    const rig = await openRig({ lab: castingLab(2), isDurable: true, waitsForPeople: true, before });
    await rig.pass(60_000);
    expect(rig.device.executes).toEqual([]);
    expect([...leftBy(rig).held.keys()]).toEqual([]);
    expect([...leftBy(rig).told.keys()]).toEqual(["caster-1"]);
    rig.kill();
    before.held = [];
    before.freed = [{ device: "caster-1", reason: "what campaign a had left there is settled or released" }];
    rig.reopen();
    await rig.until(() => rig.end() !== null);
    expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
    expect(rig.events("device.released")).toMatchObject([{ by: { kind: "agent" } }]);
    expect(leftBy(rig).releasedAt).toEqual(new Map());
    expect(rig.refold()).toEqual(rig.engine.state());
  });

  test("ends with the question where nobody is at the desk and it can do nothing without them", async () => {
    const rig = await openRig({ lab: castingLab(1), before: { held, acts: [] } });
    await rig.until(() => rig.end() !== null);
    expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining("campaign a has left it so")] });
    expect([...rig.devices.values()].flatMap(({ executes }) => executes)).toEqual([]);
  });
});

test("E11: totals of the lab file's envelope count what other campaigns did in the lab, whatever those counted", async () => {
  const safety = {
    envelope: [{ device: "mixer-1", operation: "mix", totals: [{ max: 2, within: "1 h" }] }],
  };
  const earlier = await openRig({ lab: mixingLab(1) });
  await earlier.until(() => earlier.end() !== null);
  expect(leftBehind(earlier.journal.read(), 0).acts).toEqual([]);
  const { acts } = leftBehind(earlier.journal.read(), hour);
  expect(acts).toMatchObject([{ device: "mixer-1", op: "mix" }]);

  const rig = await openRig({ lab: mixingLab(2, safety), before: { held: [], acts } });
  await rig.until(() => rig.events("envelope.violated").length > 0);
  expect(rig.events("observation.made")).toHaveLength(1);
  await rig.until(() => rig.end() !== null, 2 * hour);
  expect(rig.clock.now() - (acts[0]?.labAt ?? 0)).toBeGreaterThanOrEqual(hour);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 2 }]);
});

test("a command whose device never says that it is over holds that device for others, too", async () => {
  const rig = await openRig({ lab: mixingLab(1), waitsForPeople: true });
  bury(rig.device);
  sayOnce(rig, rig.device, "started", { physical: "unknown" });
  rig.device.onCancel = () => undefined;
  await rig.until(() => rig.events("step.doubted").length === 1);
  resolve(rig, rig.device.executes[0]?.commandId ?? "", { as: "discarded" });
  expect([...leftBy(rig).held.values()]).toEqual([expect.stringContaining("has not said that it is over")]);
});
