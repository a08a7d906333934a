import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { castingLab, mixingLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";
import { obey, resultOf, type Saying, type ScriptedDevice } from "./support/scripted-device.ts";

/** Makes a device answer each order with the next of these, and obey after them. */
function answering(
  rig: Rig,
  device: ScriptedDevice,
  answers: readonly (readonly ["rejected" | "cancelled" | "failed" | "started" | "accepted" | "unknown", Saying])[],
): void {
  let count = 0;
  obey(device, rig.clock);
  const obeying = device.onExecute;
  device.onExecute = (order) => {
    const answer = answers[count++];
    if (answer === undefined) obeying(order);
    else void device.report(order.commandId, ...answer);
  };
}

test.each([
  ["rejected", "none"],
  ["cancelled", "none"],
  ["failed", "none"],
] as const)(
  "E5: after %s (%s) there is a new attempt, by a decision, under the next number",
  async (state, physical) => {
    const rig = await openRig();
    answering(rig, rig.device, [[state, { physical, error: "crash" }]]);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    const [first, second, ...more] = rig.events("step.intended");
    expect(more).toEqual([]);
    expect(second).toMatchObject({ stepId: first?.stepId, attempt: 2, commandId: `${first?.stepId}.2`, dseq: 2 });
    expect(second?.decision).toBe("attempt 1 moved nothing: said the test");
    expect(rig.events("observation.made")).toHaveLength(1);
  },
);

test.each(["accepted", "started", "unknown"] as const)("E5: there is no new attempt after %s", async (state) => {
  const rig = await openRig();
  answering(rig, rig.device, [[state, { physical: "unknown", error: "crash" }]]);
  await rig.until(() => rig.end() !== null, 3_600_000);
  await rig.pass(600_000);
  expect(rig.end()?.kind).toBe("stuck");
  expect(rig.device.executes).toHaveLength(1);
});

test("E5: attempts wait longer each time, are bounded, and then the run fails, is observed as such, and is replaced", async () => {
  const rig = await openRig({ lab: mixingLab(1) });
  const refusal = ["rejected", { error: "crash" }] as const;
  answering(
    rig,
    rig.device,
    Array.from({ length: 6 }, () => refusal),
  );
  const at: number[] = [];
  const react = rig.device.onExecute;
  rig.device.onExecute = (order) => {
    at.push(rig.clock.now());
    react(order);
  };
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  const waits = at.slice(1, 6).map((each, index) => each - (at[index] ?? 0));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 1]);
  const [failed, measured] = rig.events("observation.made").map(({ observation }) => observation);
  expect(failed).toMatchObject({ values: null, failure: { class: "crash", code: "test.error" } });
  expect(measured?.values).not.toBeNull();
  expect(rig.events("run.finished").map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
  expect(rig.events("proposal.asked")).toHaveLength(2);
  expect(rig.events("campaign.finished")).toMatchObject([{ experiments: 1 }]);
});

test("E5: an order that the device calls infeasible is not attempted again, and is observed as infeasible", async () => {
  const rig = await openRig({ lab: mixingLab(1) });
  answering(rig, rig.device, [["rejected", { error: "infeasible" }]]);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(rig.events("observation.made")[0]?.observation.failure?.class).toBe("infeasible");
  const projection = createProjection();
  for (const record of rig.journal.read()) projection.apply(record);
  // The page says what a code means: it has to know it.
  expect(projection.view().runs[0]?.steps[0]).toMatchObject({ phase: "notExecuted", code: "test.error" });
  expect(projection.view().experiments[0]?.failure).toMatchObject({ code: "test.error" });
});

test("a lab that fails more often than it succeeds stops itself", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  const failure = ["failed", { physical: "full", error: "instrument" }] as const;
  answering(
    rig,
    rig.device,
    Array.from({ length: 20 }, () => failure),
  );
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
  expect(rig.events("campaign.stopping")).toMatchObject([{ reason: expect.stringContaining("3 runs have failed") }]);
  expect(rig.events("observation.made").map(({ observation }) => observation.failure?.class)).toEqual(
    Array.from({ length: 3 }, () => "instrument"),
  );
});

test.each(["partial", "full"] as const)(
  "E5: what failed %s is not done again; its part is cleared away by the steps that carry it, and by no others",
  async (physical) => {
    const rig = await openRig({ lab: castingLab(1) });
    answering(rig, rig.device, [["failed", { physical, error: "crash" }]]);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("ended");
    const [failed, done] = rig.events("run.finished");
    const steps = rig.events("step.intended").filter(({ runId }) => runId === failed?.runId);
    expect(steps.map(({ stepKey }) => stepKey)).toEqual(["cast", "toGauge", "discard"]);
    expect([failed?.outcome, done?.outcome]).toEqual(["failed", "done"]);
    expect(rig.events("observation.made").map(({ observation }) => observation.failure?.class ?? null)).toEqual([
      "crash",
      null,
    ]);
  },
);

test("E5: a part that failed on its way is not carried again: its run ends suspect, its devices wait for a person by name", async () => {
  const rig = await openRig({ lab: castingLab(2, 2) });
  const mover = rig.devices.get("mover-1");
  if (mover === undefined) throw new Error("no mover");
  answering(rig, mover, [["failed", { physical: "partial", error: "crash" }]]);
  await rig.until(() => rig.end() !== null);
  await rig.pass(600_000);
  const left = (device: string) =>
    expect.stringMatching(new RegExp(`^${device} .*run 1 .*toGauge on mover-1 left its part`));
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [left("caster-1"), left("mover-1"), left("gauge-1")] });
  // Nothing is moved by an arm that may still hold a part, and nothing more is cast than there are casters.
  expect(mover.executes).toHaveLength(1);
  expect(rig.events("observation.made")).toMatchObject([{ observation: { values: null } }]);
  expect(rig.events("run.finished")).toMatchObject([{ outcome: "suspect" }]);
});

test("E5: carrying is attempted a bounded number of times too", async () => {
  const rig = await openRig({ lab: castingLab(1) });
  const mover = rig.devices.get("mover-1");
  if (mover === undefined) throw new Error("no mover");
  answering(
    rig,
    mover,
    Array.from({ length: 50 }, () => ["rejected", { error: "crash" }] as const),
  );
  await rig.until(() => rig.end() !== null);
  await rig.pass(3_600_000);
  expect(rig.end()?.kind).toBe("stuck");
  expect(mover.executes.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("E5: a command that is waited for is not ordered again under another number, whatever becomes of the link", async () => {
  const rig = await openRig({ isDurable: true, isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const order = rig.device.executes[0];
  if (order === undefined) throw new Error("nothing was ordered");
  await rig.device.report(order.commandId, "started", { physical: "unknown" });
  rig.kill();
  rig.reopen();
  await rig.pass(5_000);
  rig.bus.drop();
  rig.bus.rejoin();
  await rig.pass(5_000);
  await rig.device.report(order.commandId, "succeeded", { result: resultOf(order) });
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.intended")).toHaveLength(1);
  expect(rig.device.executes).toHaveLength(1);
});

test("a device that somebody else is using is offered less and less, and the others do its work", async () => {
  const rig = await openRig({ lab: castingLab(4, 2) });
  const taken = rig.devices.get("caster-1");
  if (taken === undefined) throw new Error("the lab has no caster-1");
  taken.onExecute = ({ commandId }) => void taken.report(commandId, "rejected", { error: "crash" });
  await rig.until(() => rig.end() !== null, 3_600_000);
  expect(rig.end()?.kind).toBe("ended");
  const { experiments } = rig.events("campaign.finished")[0] ?? {};
  expect(experiments).toBe(4);
  const offered = rig.events("step.intended").filter(({ device }) => device === "caster-1");
  expect(offered.length).toBeGreaterThan(0);
  expect(offered.length).toBeLessThan(8);
});

test.each(["local-control", "device.clockUnknown"])(
  "E5: a rejection as %s does not count towards the attempts at a step",
  async (code) => {
    const rig = await openRig();
    const counted = ["rejected", { error: "crash" }] as const;
    const uncounted = ["rejected", { error: "crash", code }] as const;
    answering(rig, rig.device, [
      ...Array.from({ length: 8 }, () => uncounted),
      ...Array.from({ length: 5 }, () => counted),
    ]);
    await rig.until(() => rig.end() !== null, 3_600_000);
    expect(rig.end()?.kind).toBe("ended");
    expect(rig.events("step.intended").map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 14 }, (_, n) => n + 1),
    );
    expect(rig.events("run.finished")).toMatchObject([{ outcome: "done" }]);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("section 10: a device that has not heard the engine's clock gets a heartbeat at once", async () => {
  const rig = await openRig({ heartbeatMs: 3_600_000 });
  answering(rig, rig.device, [["rejected", { error: "crash", code: "device.clockUnknown" }]]);
  await rig.until(() => rig.end() !== null);
  const said = rig.published.map(({ key, payload }) => (key === "control" ? payload.kind : key));
  // One before it is asked what it knows, one since it did not hear that.
  expect(said.filter((what) => ["engineHeartbeat", "reconcile", "command"].includes(what))).toEqual([
    "engineHeartbeat",
    "reconcile",
    "command",
    "engineHeartbeat",
    "command",
  ]);
});

test("E11: what the device refuses as outside its limits is recorded as a violation of the envelope, by the device", async () => {
  const rig = await openRig();
  answering(rig, rig.device, [["rejected", { error: "infeasible", code: "device.limitExceeded" }]]);
  await rig.until(() => rig.end() !== null);
  const [intended] = rig.events("step.intended");
  expect(rig.events("envelope.violated")).toEqual([
    {
      type: "envelope.violated",
      device: "mixer-1",
      op: "mix",
      at: "device",
      runId: intended?.runId,
      stepKey: "mix",
      message: "mix on mixer-1: said the test",
    },
  ]);
  expect(rig.events("observation.made")[0]?.observation.failure?.class).toBe("infeasible");
});
