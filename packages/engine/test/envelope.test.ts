import { digestOf } from "@labloop/contracts/digest";
import type { Point, ProposeAnswer } from "@labloop/contracts";
import { proposeDesign } from "@labloop/optimizer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig, type RigOptions } from "./support/rig.ts";

const atMost = (max: string) => ({
  envelope: [{ capability: "mixer", operation: "mix", limits: { amount: { max } } }],
});

/** An optimizer whose answers are what they are, but for the point. */
function proposing(point: () => Point): NonNullable<RigOptions["propose"]> {
  return async (request): Promise<ProposeAnswer> => ({ ...proposeDesign(request), parameters: point() });
}

test("E11: every order carries the digest of the envelope that it was judged by, and so does the campaign", async () => {
  const lab = mixingLab(1, atMost("20 mL"));
  const rig = await openRig({ lab });
  await rig.until(() => rig.end() !== null);
  const envelopeHash = digestOf(lab.recipe.checked.safety.envelope);
  expect(rig.device.executes.map(({ safety }) => safety?.envelopeHash)).toEqual([envelopeHash]);
  expect(rig.events("campaign.created")[0]?.documents.envelope).toBe(envelopeHash);
});

test("D3: an order carries the tightest limits of the envelope for its device, in the operation's units", async () => {
  const envelope = [
    { capability: "mixer", operation: "mix", limits: { amount: { max: "0.02 L" } } },
    { device: "mixer-1", operation: "mix", limits: { amount: { min: "1 mL", max: "30 mL" } } },
  ];
  const rig = await openRig({ lab: mixingLab(1, { envelope }) });
  await rig.until(() => rig.end() !== null);
  const [order] = rig.device.executes;
  expect(order?.safety?.limits).toEqual({ amount: { minimum: expect.closeTo(1, 9), maximum: expect.closeTo(20, 9) } });
  // They stand beside what makes a re-send the same command.
  expect(order?.paramsHash).toBe(rig.events("step.intended")[0]?.paramsHash);
});

test("D3: without limits in the envelope none are sent", async () => {
  const rig = await openRig();
  await rig.until(() => rig.end() !== null);
  expect(rig.device.executes[0]?.safety).toEqual({ envelopeHash: expect.any(String) });
});

test("D3: what a protocol says that a device must read of itself before it starts goes with every copy of the order", async () => {
  const rig = await openRig({ lab: mixingLab(1, {}, ", precond: { lid: closed, samples: 0 }"), isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  rig.bus.drop();
  rig.bus.rejoin();
  await rig.until(() => rig.device.executes.length === 2);
  const precond = { lid: "closed", samples: 0 };
  expect(rig.device.executes).toMatchObject([{ precond }, { precond }]);
  expect(rig.device.executes[0]?.commandId).toBe(rig.device.executes[1]?.commandId);
});

test("I8: whatever an optimizer proposes, nothing outside the envelope is intended or sent", async () => {
  const hostile = fc.record(
    { amount: fc.oneof(fc.double(), fc.integer({ min: -50, max: 150 }), fc.constant(Number.NaN)) },
    { requiredKeys: [] },
  );
  const points = fc.array(fc.oneof(hostile, fc.constant({ amount: 3, other: 1 }), fc.constant({ amount: 3 })), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(points, async (given) => {
      let index = 0;
      const point = () => (given[index++ % given.length] ?? {}) as Point;
      const rig = await openRig({ lab: mixingLab(4, atMost("12 mL")), propose: proposing(point) });
      await rig.pass(120_000);
      expect(rig.end()?.kind).not.toBe("broken");
      for (const { params } of rig.events("step.intended")) {
        const amount = params["amount"];
        if (typeof amount !== "object" || !("value" in amount)) throw new Error("no amount");
        expect(amount.value).toBeGreaterThanOrEqual(0);
        expect(amount.value).toBeLessThanOrEqual(12);
      }
      expect(rig.device.executes.length).toBe(rig.events("step.intended").length);
      expect(rig.refold()).toEqual(rig.engine.state());
      rig.kill();
    }),
    { numRuns: 25, examples: [[[{ amount: -0 }, { amount: 3 }]]] },
  );
}, 30_000);

test("E11: a proposal outside the envelope is rejected with the reason, no run is queued, and five in a row stop the campaign", async () => {
  const rig = await openRig({ lab: mixingLab(2, atMost("12 mL")), propose: proposing(() => ({ amount: 50 })) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("run.queued", "step.intended")).toEqual([]);
  expect(rig.events("envelope.violated")[0]).toMatchObject({
    at: "plan",
    device: "mixer-1",
    op: "mix",
    stepKey: "mix",
  });
  expect(rig.events("proposal.rejected")).toHaveLength(5);
  expect(rig.events("campaign.stopping")[0]?.reason).toContain("amount is 50 mL, above the envelope's 12 mL");
});

test("E11: an intent outside the envelope fails its run as infeasible in the same turn, and nothing is sent", async () => {
  const lab = { ...mixingLab(1) };
  const { promise: gate, resolve: answer } = Promise.withResolvers<void>();
  let amount = 50;
  const rig = await openRig({
    lab,
    isDurable: true,
    async propose(request) {
      await gate;
      return { ...proposeDesign(request), parameters: { amount } };
    },
  });
  // The plan is made while nothing forbids it, and before its device is ready.
  await rig.until(() => rig.asked.length === 1);
  rig.device.degraded = "warming up";
  await rig.pass(2_000);
  answer();
  await rig.until(() => rig.events("run.queued").length === 1);
  rig.kill();
  amount = 3;
  lab.recipe = mixingLab(1, atMost("12 mL")).recipe;
  rig.device.degraded = undefined;
  rig.reopen();
  await rig.until(() => rig.end() !== null);
  const events = [...rig.journal.read()].map(({ event }) => event);
  const violated = events.findIndex(({ type }) => type === "envelope.violated");
  expect(events[violated]).toMatchObject({ at: "intent", stepKey: "mix", device: "mixer-1" });
  expect(events[violated + 1]).toMatchObject({ type: "run.failing", code: "envelope.violated" });
  const [failed] = rig.events("observation.made");
  expect(failed?.observation).toMatchObject({
    values: null,
    failure: { class: "infeasible", code: "envelope.violated" },
  });
  expect(rig.device.executes.map(({ params }) => params)).toEqual([{ amount: { value: 3, unit: "mL" } }]);
  expect(rig.end()?.kind).toBe("ended");
});

test("E11: a part that the envelope does not allow to be carried on stays where it is, for a person, by name", async () => {
  const never = [{ to: { is: "gauge-1" } }];
  const safety = { envelope: [{ capability: "mover", operation: "carry", never }] };
  const rig = await openRig({ lab: castingLab(1, 1, safety) });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining("caster-1")] });
  expect(rig.events("step.intended").map(({ op }) => op)).toEqual(["cast"]);
  expect(rig.events("envelope.violated")).toMatchObject([
    { at: "intent", message: expect.stringContaining("carry on mover-1: to gauge-1 is forbidden") },
  ]);
  expect(rig.events("device.quarantined")).toMatchObject([{ device: "caster-1", code: "device.partLeft" }]);
  expect(rig.events("run.finished")).toMatchObject([{ outcome: "suspect" }]);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E11: a total holds a run until its window has room again, says why, and goes on by itself", async () => {
  const safety = { envelope: [{ device: "mixer-1", operation: "mix", totals: [{ max: 2, within: "1 h" }] }] };
  const rig = await openRig({ lab: mixingLab(3, safety) });
  await rig.until(() => rig.events("envelope.violated").length === 1);
  const [first] = rig.events("envelope.violated");
  expect(first).toMatchObject({ at: "intent", message: expect.stringContaining("3 acts within 60 min") });
  await rig.pass(1_000);
  expect(rig.engine.explain()[0]?.message).toContain("within 60 min");
  expect(rig.device.executes).toHaveLength(2);
  const times = () =>
    [...rig.journal.read()].flatMap(({ event, labAt }) => (event.type === "step.intended" ? [labAt] : []));
  expect(first?.until).toBe((times()[0] ?? 0) + 3_600_000);
  await rig.until(() => rig.end() !== null, 2 * 3_600_000);
  expect(times()[2]).toBe((times()[0] ?? 0) + 3_600_000);
  expect(rig.events("envelope.violated")).toHaveLength(1);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E11: what moved nothing is not counted by a total", async () => {
  const safety = {
    envelope: [{ capability: "caster", operation: "cast", totals: [{ max: 1, within: "1 d" }] }],
  };
  const rig = await openRig({ lab: castingLab(1, 1, safety) });
  const obeying = rig.device.onExecute;
  rig.device.onExecute = (order) => {
    rig.device.onExecute = obeying;
    void rig.device.report(order.commandId, "rejected", { error: "crash" });
  };
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("envelope.violated")).toEqual([]);
});
