import { expect, test } from "vitest";
import { type DesirabilityScale, logDesirabilityGains } from "../../src/acquisition/desirability.ts";
import type { CandidateBeliefs, SampledOutcomes } from "../../src/acquisition/sampled-outcomes.ts";
import { createRandom } from "../../src/random/create-random.ts";

const scales: readonly DesirabilityScale[] = [{ worst: 0, best: 1, weight: 1 }];

/** One quantity of one design, the same in every sample. */
function certainly(value: number): SampledOutcomes {
  return { samples: 64, designs: 1, objectives: 1, values: new Float64Array(64).fill(value) };
}

/** Beliefs about one quantity, a mean and a standard deviation a candidate. */
function believed(...candidates: readonly (readonly [number, number])[]): CandidateBeliefs {
  return {
    means: Float64Array.from(candidates, ([mean]) => mean),
    variances: Float64Array.from(candidates, ([, sd]) => sd * sd),
  };
}

const good = [0.82, 0.001] as const;
const poor = [0.3, 0.001] as const;

test("a candidate is told the same gain whichever others it is told with", () => {
  for (const incumbent of [0.8, -1]) {
    const field = believed(good, poor, [-2, 0.5]);
    const { gainsOf } = logDesirabilityGains(certainly(incumbent), scales, field, createRandom(1));
    const together = gainsOf(field);
    const alone = [good, poor, [-2, 0.5] as const].map((own) => gainsOf(believed(own))[0]);
    expect(alone).toEqual([...together]);
    expect(together[0]).toBeGreaterThan(together[1] as number);
  }
});

test("where nothing is acceptable and no candidate gains, the likeliest to be acceptable is told the most, and that it is no gain", () => {
  const field = believed([-1, 0.1], [-0.5, 0.1], [-3, 0.1]);
  const { gainsOf, isNil } = logDesirabilityGains(certainly(-1), scales, field, createRandom(2));
  const gains = gainsOf(field);
  expect(isNil).toBe(true);
  expect(gains.indexOf(Math.max(...gains))).toBe(1);
  // ln of the normal tail five standard deviations away.
  expect(gains[1]).toBeCloseTo(Math.log(2.8665157187919333e-7), 6);
});

test("beside something acceptable what comes nearest to a gain is told the most, however surely something else is acceptable", () => {
  const field = believed([0.5, 0.0001], [0.79, 0.0001], [0.6, 0.0001]);
  const { gainsOf, isNil } = logDesirabilityGains(certainly(0.8), scales, field, createRandom(3));
  const gains = gainsOf(field);
  expect(isNil).toBe(true);
  expect(gains.indexOf(Math.max(...gains))).toBe(1);
  // Where none of them comes near at all there is still an order.
  const far = believed([-3, 0.1], [-1, 0.1], [-2, 0.1]);
  const last = logDesirabilityGains(certainly(0.8), scales, far, createRandom(3)).gainsOf(far);
  expect(last.indexOf(Math.max(...last))).toBe(1);
});
