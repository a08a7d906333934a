import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { createStudy } from "../../src/study/create-study.ts";

test("a gain within a tight bound is told of, however many designs beyond the bound promise more", () => {
  const random = createRandom(3);
  const candidates = Array.from({ length: 900 }, () => ({ a: random.uniform(), b: random.uniform() }));
  const study = createStudy(
    {
      parameters: ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
      objectives: [{ name: "yield", goal: "maximise" }],
      outcomeConstraints: [{ name: "heat", max: 0.5 }],
      candidates,
    },
    { seed: 1 },
  );
  // Yield and heat rise together: 450 designs are too hot, and the best that are not lie well beyond what was measured.
  const cool = candidates.filter(({ a }) => a < 0.35).slice(0, 12);
  const hot = candidates.filter(({ a }) => a > 0.55).slice(0, 6);
  for (const design of [...cool, ...hot]) {
    study.tell({ design, outcome: { status: "measured", values: { yield: 10 * design.a, heat: design.a } } });
  }
  expect(study.lookAhead({ experiments: 10, gain: 0.5, confidence: 0.95 })?.chance).toBeGreaterThan(0.8);
  expect(study.lookAhead({ experiments: 10, gain: 3, confidence: 0.95 })?.chance).toBeLessThan(0.2);
});
