import { expect, test } from "vitest";
import { pouringLab } from "./support/documents.ts";
import { openRig, type Rig } from "./support/rig.ts";

/** What comes out does not depend on the flow, so that only what time is worth tells one flow from another. */
function playMixer(rig: Rig): void {
  rig.device.onExecute = ({ commandId, op, params }) => {
    const poured = params["amount"];
    const amount = typeof poured === "object" && "value" in poured ? poured.value : 0;
    void rig.device.report(commandId, "accepted");
    const result = op === "mix" ? { mass: { value: amount - amount ** 2 / 100, unit: "g" } } : {};
    void rig.device.report(commandId, "succeeded", { result });
  };
}

async function poured(cost: string, seed: number) {
  const lab = pouringLab(14, cost);
  const rig = await openRig({ lab: { ...lab, recipe: { ...lab.recipe, seed } } });
  playMixer(rig);
  await rig.until(() => rig.end() !== null);
  expect(rig.refold()).toEqual(rig.engine.state());
  const answers = new Map(rig.events("proposal.made").map(({ proposalId, answer }) => [proposalId, answer]));
  return rig.events("run.queued").map(({ proposalId, plan }) => {
    const told = answers.get(proposalId)?.explanation?.find(({ aspect }) => aspect === "cost");
    const expectedMs = plan.steps.reduce((sum, { typicalMs }) => sum + typicalMs, 0);
    return { told, expectedMs, steps: plan.steps.length };
  });
}

/** One campaign alone may be lucky. */
async function campaigns(cost: string) {
  const runs = [];
  for (const seed of [1, 2, 3, 4]) runs.push(...(await poured(cost, seed)));
  return runs;
}

test("`cost: plan` weighs every design by what its plan is then expected to take, and more is tried in less time", async () => {
  const runs = await campaigns("cost: plan");
  const weighed = runs.flatMap(({ told, ...run }) => (told === undefined ? [] : [{ ...run, told }]));
  expect(weighed.length).toBeGreaterThan(24);
  for (const { told, expectedMs, steps } of weighed) {
    expect(told.why).toMatch(/^it takes .* min, and gains are compared per min$/);
    // A plan rounds each step up to a whole ms.
    const costMs = 60_000 * (told.numbers as { cost: number }).cost;
    expect(expectedMs - costMs).toBeGreaterThan(-1e-6);
    expect(expectedMs - costMs).toBeLessThan(steps);
  }
  const unweighed = await campaigns("");
  expect(unweighed.every(({ told }) => told === undefined)).toBe(true);
  const total = (some: typeof runs) => some.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
  expect(total(runs)).toBeLessThan(0.7 * total(unweighed));
});
