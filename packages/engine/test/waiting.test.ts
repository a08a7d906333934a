import { expect, test } from "vitest";
import { castingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";

test("while no device is there for the next experiment, it is said which one is waited for", async () => {
  const rig = await openRig({ lab: castingLab(1) });
  const [waiting, ...more] = rig.engine.explain();
  expect(more).toEqual([]);
  expect(waiting).toMatchObject({ runId: "", run: 1, step: "cast", why: "unavailable" });
  expect(waiting?.message).toContain("caster-1 has not been heard on the broker: is its driver running?");
  expect(waiting?.message).toContain("gauge-1");
  await rig.until(() => rig.events("run.queued").length === 1);
  expect(rig.engine.explain()).toEqual([]);
});

test("what a pause or an E-STOP keeps from being started is told as what waits, and what goes on is not", async () => {
  const rig = await openRig({ lab: castingLab(1) });
  const by = { kind: "operator", name: "Ada" } as const;
  const whys = () => rig.engine.explain().map(({ run, step, why }) => [run, step, why]);
  await rig.until(() => rig.events("step.started").length === 1);
  rig.engine.submit({ type: "campaign.pause", by, reason: "lunch" });
  expect(whys()).toEqual([]);
  await rig.until(() => rig.events("step.succeeded").length === 1);
  await rig.pass(5_000);
  expect(whys()).toEqual([[1, "toGauge", "paused"]]);
  rig.engine.submit({ type: "estop.raise", by, reason: "smoke" });
  await rig.pass(5_000);
  expect(whys()).toEqual([[1, "toGauge", "estop"]]);
});
