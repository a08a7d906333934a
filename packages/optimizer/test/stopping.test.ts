import { expect, test } from "vitest";
import { createStudy, littleToGain, plateau, regretBound } from "../src/index.ts";
import { createRandom } from "../src/random/create-random.ts";
import { normalCdf } from "../src/special-functions/normal.ts";
import { lookAhead, type Outlook } from "../src/stopping/look-ahead.ts";

interface Drawn {
  readonly count: number;
  /** Of any two candidates. */
  readonly correlation?: number;
  /** Of the measured design. */
  readonly variance?: number;
  readonly noise?: number;
  readonly widening?: number;
  readonly chance?: number;
}

/** So many candidates of mean 0 and variance 1 beside a measured design of mean 0. */
function alike({ count, correlation = 0, variance = 0, noise = 0, widening = 1, chance }: Drawn): Outlook {
  const size = count + 1;
  const covariance = Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    if (i === 0 || j === 0) return i === j ? variance : 0;
    return i === j ? 1 : correlation;
  });
  const belief = { means: new Float64Array(size), covariance, noise };
  const chances = chance === undefined ? null : new Float64Array(size).fill(chance, 1).fill(1, 0, 1);
  return { beliefs: [{ belief, widening, weight: 1, restore: (value) => value }], measured: 1, now: 0, chances };
}

function chanceOf(drawn: Drawn, experiments: number, gain: number, seed = 7): number {
  return lookAhead(alike(drawn), { experiments, gain, confidence: 0.95 }, createRandom(seed)).chance;
}

// 512 draws know a probability to 0.022; three times that and a little.
const NEAR = 0.07;

test("the probability of a gain from k independent candidates is 1 - Φᵏ, and from k that rise and fall together that from one", () => {
  for (const [count, gain] of [
    [1, 0],
    [1, 1.5],
    [3, 1],
    [10, 2],
  ] as const) {
    expect(Math.abs(chanceOf({ count }, count, gain) - (1 - normalCdf(gain) ** count))).toBeLessThan(NEAR);
    const together = chanceOf({ count, correlation: 1 }, count, gain);
    expect(Math.abs(together - (1 - normalCdf(gain)))).toBeLessThan(NEAR);
  }
});

test("the probability of a gain falls with the gain, and rises with experiments and candidates", () => {
  const byGain = [0, 0.5, 1, 2, 3, 9].map((gain) => chanceOf({ count: 40 }, 10, gain));
  expect(byGain).toEqual(byGain.toSorted((a, b) => b - a));
  expect(byGain.at(-1)).toBe(0);
  expect(chanceOf({ count: 40 }, 10, 1.5)).toBeGreaterThan(chanceOf({ count: 40 }, 2, 1.5) + NEAR);
  expect(chanceOf({ count: 40 }, 10, 2)).toBeGreaterThan(chanceOf({ count: 3 }, 10, 2));
});

test("what is recommended counts and not what is read: noise and a measured design that may be better itself take from the gain", () => {
  // A candidate read above 0 is recommended; it is better than the measured one in three of four such labs.
  expect(Math.abs(chanceOf({ count: 1, variance: 1 }, 1, 0) - 3 / 8)).toBeLessThan(NEAR);
  // Of ten readings that are all but noise the highest is one of ten like the others.
  expect(chanceOf({ count: 10, noise: 25 }, 10, 1)).toBeLessThan(chanceOf({ count: 10 }, 10, 1) - 0.3);
});

test("a design that cannot be of use gains nothing, and one that may be gains as often as it is", () => {
  expect(chanceOf({ count: 10, chance: 0 }, 10, 0)).toBe(0);
  expect(Math.abs(chanceOf({ count: 1, chance: 0.5 }, 1, 0) - 0.25)).toBeLessThan(NEAR);
});

test("experiments learn from one another: what reads low sends the next one to its opposite", () => {
  // The measured design, a candidate, one of less spread by itself, and one that falls where the first rises.
  const covariance = Float64Array.of(0, 0, 0, 0, 0, 1, 0, -0.8, 0, 0, 0.81, 0, 0, -0.8, 0, 0.64);
  const belief = { means: new Float64Array(4), covariance, noise: 1e-6 };
  const outlook = {
    ...alike({ count: 3 }),
    beliefs: [{ belief, widening: 1, weight: 1, restore: (own: number) => own }],
  };
  const { chance } = lookAhead(outlook, { experiments: 2, gain: 0, confidence: 0.95 }, createRandom(3));
  // By themselves the two of most spread gain in three of four labs.
  expect(chance).toBeGreaterThan(0.85);
});

test("the bound on the regret is the quantile of what the best may be better by, at the widened spread", () => {
  const bound = (widening: number, confidence: number) =>
    lookAhead(alike({ count: 1, widening }), { experiments: 1, gain: 0, confidence }, createRandom(9)).regret;
  expect(Math.abs(bound(1, 0.95) - 1.645)).toBeLessThan(0.35);
  expect(Math.abs(bound(2, 0.95) - 3.29)).toBeLessThan(0.7);
  expect(bound(1, 0.55)).toBeLessThan(0.4);
  expect(lookAhead(alike({ count: 0 }), { experiments: 3, gain: 0, confidence: 0.95 }, createRandom(1))).toMatchObject({
    chance: 0,
    regret: 0,
  });
});

test("verdicts say why, with the number that they go by", () => {
  const look = { experiments: 10, gain: 6, confidence: 0.95, chance: 0.021, regret: 1.2 };
  expect(littleToGain(look, 0.1)).toEqual({
    rule: "little-to-gain",
    stop: true,
    value: 0.021,
    why: "the probability that 10 more experiments gain more than 6 is about 2.1 %, below 10 %",
  });
  expect(littleToGain(look, 0.02).stop).toBe(false);
  expect(regretBound(look, 1)).toEqual({
    rule: "regret-bound",
    stop: false,
    value: 1.2,
    why: "stopping now loses at most 1.2, with 95 % confidence, more than the 1 allowed",
  });
  expect(regretBound(look, 1.2).stop).toBe(true);
});

const line = {
  parameters: [{ kind: "continuous" as const, name: "x", min: 0, max: 10 }],
  objectives: [{ name: "y", goal: "minimise" as const }],
};

function studied(count: number, valueAt: (x: number) => number) {
  const study = createStudy(line, { seed: 4 });
  for (let i = 0; i < count; i++) {
    const x = (10 * (i * 0.618 + 0.1)) % 10;
    study.tell({ design: { x }, outcome: { status: "measured", values: { y: valueAt(x) } } });
  }
  return study;
}

test("of a smooth valley whose floor is measured little is left to gain, and of one that still falls much; the gain is in the objective's unit", () => {
  const valley = studied(16, (x) => 100 * (x - 4) ** 2);
  const fall = studied(5, (x) => 100 * (x - 4) ** 2);
  expect(valley.lookAhead({ gain: 200 })?.chance).toBeLessThan(0.05);
  expect(valley.lookAhead()?.regret).toBeLessThan(100);
  expect(fall.lookAhead({ gain: 10 })?.chance).toBeGreaterThan(0.5);
  expect(fall.lookAhead()?.regret).toBeGreaterThan(valley.lookAhead()?.regret ?? Number.NaN);
});

test("looking ahead answers the same each time, changes no proposal, and needs something to compare with", () => {
  const study = studied(7, (x) => Math.sin(x));
  const before = study.propose(2).hash;
  const look = study.lookAhead({ experiments: 3, gain: 0.1, confidence: 0.9 });
  expect(look).toMatchObject({ experiments: 3, gain: 0.1, confidence: 0.9 });
  expect(study.lookAhead({ experiments: 3, gain: 0.1, confidence: 0.9 })).toEqual(look);
  expect(study.propose(2).hash).toBe(before);
  // Four that read alike say nothing of how far readings go.
  expect([0, 1, 4, 5].map((count) => studied(count, (x) => x / 1000).lookAhead() === null)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("what is asked wrongly is refused with its place", () => {
  const faultsOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return (error as { faults: { code: string; path?: string }[] }).faults.map(({ code, path }) => `${code} ${path}`);
    }
    return [];
  };
  const study = studied(3, (x) => x);
  expect(faultsOf(() => study.lookAhead({ experiments: 0, gain: -1, confidence: 1 }))).toHaveLength(3);
});

test("a plateau is a best that has not risen, and too short a history is none", () => {
  expect(plateau([1, 5, 9, 9, 8, 7], 3, 0)).toEqual({
    rule: "plateau",
    stop: true,
    value: 0,
    why: "the last 3 readings raised the best by 0 % of the range of all, no more than 0 %",
  });
  expect([plateau([1, 5, 9], 3, 0).stop, plateau([], 3, 0).stop, plateau([2, 2, 2, 2], 3, 0).stop]).toEqual([
    false,
    false,
    true,
  ]);
  expect(plateau([0, 8, 7, 10], 2, 0.1)).toMatchObject({ stop: false, value: 0.2 });
});
