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
