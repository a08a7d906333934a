import { type Design, type ExplanationAspect, Study } from "@labloop/contracts";
import { expect, test } from "vitest";
import { log } from "../../src/special-functions/log.ts";
import { measured, proposed } from "../support/play.ts";

const parameters = ["x", "y"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }) as const);
const target = Study.parse({
  parameters,
  objectives: [{ name: "pull", goal: "target", desirability: { low: 6.5, target: 7, high: 7.5 } }],
});
const hill = Study.parse({
  parameters,
  objectives: [
    { name: "yield", goal: "maximise", desirability: { worst: 20, best: 110 } },
    { name: "mass", goal: "minimise", desirability: { worst: 80, best: 20 } },
  ],
});

function read(design: Design): Record<string, number> {
  const [x, y] = [Number(design["x"]), Number(design["y"])];
  return {
    pull: 3 + 5 * x * x + 4 * Math.sin(3 * y),
    yield: 100 * Math.exp(-8 * ((x - 0.3) ** 2 + (y - 0.6) ** 2)),
    mass: 50 + 40 * x - 20 * y,
  };
}

function aspectOf<Name extends ExplanationAspect["aspect"]>(aspects: readonly ExplanationAspect[], name: Name) {
  return aspects.find((own): own is Extract<ExplanationAspect, { aspect: Name }> => own.aspect === name);
}

test("no gain in desirability is told that is greater than what there is left to gain, and no second design as level that is far behind", () => {
  for (const [study, seed] of [
    [target, 1],
    [hill, 4],
  ] as const) {
    const trials = [];
    for (let step = 0; step < 22; step++) {
      const { proposals, best } = proposed({ study, trials, pending: [], seed });
      const [proposal] = proposals;
      const design = proposal?.design as Design;
      trials.push(measured(design, read(design)));
      if (proposal?.acquisition.name !== "desirability-improvement" || (best?.expected.value ?? 0) < 0.2) continue;
      const left = 1 - (best?.expected.value as number);
      expect(proposal.acquisition.value).toBeLessThan(log(left + 1e-3) + 0.05);
      expect(aspectOf(proposal.explanation, "swap")?.numbers.deviations).not.toBe(0);
      const gain = aspectOf(proposal.explanation, "gain");
      expect(gain === undefined).toBe(proposal.why.includes("none is expected to gain anything"));
    }
  }
});
