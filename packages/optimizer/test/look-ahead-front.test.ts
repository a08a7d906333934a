import { type AheadQuestion, LookAhead, Study, type StudyDraft, type Trial } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { createStudy, littleToGain, proposeDesigns, regretBound } from "../src/index.ts";
import { hypervolume } from "../src/pareto/hypervolume.ts";
import { createRandom } from "../src/random/create-random.ts";
import { normalCdf } from "../src/special-functions/normal.ts";
import { type FrontOutlook, lookAheadFront } from "../src/stopping/look-ahead-front.ts";

interface Drawn {
  readonly count: number;
  readonly mean?: number;
  /** Of a candidate. */
  readonly variance?: number;
  readonly widening?: number;
  readonly chance?: number;
  readonly measuredVariance?: number;
}

/** So many independent candidates beside a measured design at (1, 1), counted from (0, 0): its hypervolume is 1. */
function corner({ count, mean = 1, variance = 1, widening = 1, chance, measuredVariance = 0 }: Drawn): FrontOutlook {
  const size = count + 1;
  const means = new Float64Array(size).fill(mean).fill(1, 0, 1);
  const covariance = Float64Array.from({ length: size * size }, (_, at) => {
    if (at % (size + 1) > 0) return 0;
    return at === 0 ? measuredVariance : variance;
  });
  const member = { belief: { means, covariance, noise: 0 }, widening, weight: 1, restore: (value: number) => value };
  return {
    quantities: [[member], [member]],
    outcomes: [Float64Array.of(1, 1)],
    measured: 1,
    reference: Float64Array.of(0, 0),
    chances: chance === undefined ? null : new Float64Array(size).fill(chance, 1).fill(1, 0, 1),
  };
}

const question = { experiments: 5, gain: 0, confidence: 0.95 };

function chanceOf(drawn: Drawn, asked: Partial<AheadQuestion> = {}): number {
  return lookAheadFront(corner(drawn), { ...question, ...asked }, createRandom(7))?.chance ?? Number.NaN;
}

// 384 draws know a probability to 0.026; nearly three times that.
const NEAR = 0.07;

describe("of beliefs", () => {
  test("the probability that k independent candidates widen a front is that one of them is not beaten", () => {
    // A candidate at (1, 1) on average is beaten in both where both lie below, and beyond the reference nothing counts.
    const beaten = 0.25 + 2 * 0.5 * normalCdf(-1);
    for (const count of [1, 2, 4]) expect(Math.abs(chanceOf({ count }) - (1 - beaten ** count))).toBeLessThan(NEAR);
  });

  test("the gain is a share of the present hypervolume: one certain candidate adds what it adds and no more", () => {
    // (1.2, 1.2) has 1.44 for 1.
    const certain = { count: 1, mean: 1.2, variance: 1e-12 };
    expect([0, 0.43, 0.45].map((gain) => chanceOf(certain, { gain }))).toEqual([1, 1, 0]);
  });

  test("the probability of a gain falls with the gain, and rises with experiments and candidates", () => {
    const byGain = [0, 0.5, 1, 2, 4, 60].map((gain) => chanceOf({ count: 30 }, { gain }));
    expect(byGain).toEqual(byGain.toSorted((a, b) => b - a));
    expect(byGain.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
    expect(byGain.at(-1)).toBe(0);
    const few = chanceOf({ count: 30 }, { gain: 3, experiments: 1 });
    expect(chanceOf({ count: 30 }, { gain: 3, experiments: 9 })).toBeGreaterThan(few + NEAR);
    expect(chanceOf({ count: 30 }, { gain: 3 })).toBeGreaterThan(chanceOf({ count: 2 }, { gain: 3 }));
  });

  test("a design that cannot be of use gains nothing, and one that may be gains as often as it is", () => {
    expect(chanceOf({ count: 10, chance: 0 })).toBe(0);
    const certain = { count: 1, mean: 1.2, variance: 1e-12 };
    expect(Math.abs(chanceOf({ ...certain, chance: 0.5 }, { gain: 0.1 }) - 0.5)).toBeLessThan(NEAR);
  });

  test("without another design nothing is gained, whatever is not known of the measured one", () => {
    const none = lookAheadFront(corner({ count: 0, measuredVariance: 1 }), question, createRandom(1));
    expect(none).toEqual({ ...question, chance: 0, regret: 0, shareOf: "hypervolume" });
  });

  test("the bound on the regret is from the widened spreads and rises with the confidence", () => {
    const bound = (widening: number, confidence: number) =>
      lookAheadFront(corner({ count: 1, widening }), { ...question, confidence }, createRandom(9))?.regret ??
      Number.NaN;
    expect(bound(2, 0.95)).toBeGreaterThan(1.5 * bound(1, 0.95));
    expect(bound(1, 0.95)).toBeGreaterThan(bound(1, 0.6));
    expect(bound(1, 0.6)).toBeGreaterThanOrEqual(0);
  });

  test("a front that takes up nothing above the reference is compared with nothing", () => {
    const below = { ...corner({ count: 3 }), reference: Float64Array.of(1, 1) };
    expect(lookAheadFront(below, question, createRandom(1))).toBeNull();
  });
});

/** Two opposed objectives of one parameter, with what else is asked of them. */
function opposed(more: Partial<StudyDraft> = {}): StudyDraft {
  return {
    parameters: [{ kind: "continuous", name: "x", min: 0, max: 10 }],
    objectives: [
      { name: "speed", goal: "maximise", reference: -2 },
      { name: "wear", goal: "minimise", reference: 120 },
    ],
    ...more,
  };
}

function trialAt(x: number): Trial {
  return { design: { x }, outcome: { status: "measured", values: { speed: x, wear: x * x, heat: 10 * x, dust: 5 } } };
}

const places = (count: number) => Array.from({ length: count }, (_, i) => (10 * (i * 0.618 + 0.1)) % 10);

function studied(count: number, more: Partial<StudyDraft> = {}) {
  const study = createStudy(opposed(more), { seed: 4 });
  study.tell(...places(count).map(trialAt));
  return study;
}

describe("of studies", () => {
  test("little is left of a front that is measured closely, much of one that is not, and the bound is about what is lost", () => {
    const volume = (some: readonly number[]) =>
      hypervolume(
        some.map((x) => [x, -x * x]),
        [-2, -120],
      );
    const close = studied(24).lookAhead({ gain: 0.05 });
    expect(close).toMatchObject({ experiments: 10, gain: 0.05, confidence: 0.95, shareOf: "hypervolume" });
    expect(close?.chance).toBeLessThan(0.05);
    const all = Array.from({ length: 2001 }, (_, i) => i / 200);
    const lost = volume(all) / volume(places(24)) - 1;
    // Of the whole line, where 240 designs are looked at.
    expect(close?.regret).toBeGreaterThan(0.8 * lost);
    expect(close?.regret).toBeLessThan(2 * lost);
    expect(studied(5).lookAhead({ gain: 0.05 })?.chance).toBeGreaterThan(0.5);
  });

  test("it is told the same each time, as plain data that the contract takes, and a proposal with it is the same design", () => {
    const study = studied(8);
    const look = study.lookAhead({ experiments: 3, gain: 0.1 });
    expect(study.lookAhead({ experiments: 3, gain: 0.1 })).toEqual(look);
    expect(LookAhead.parse(JSON.parse(JSON.stringify(look)))).toEqual(look);
    const request = { study: Study.parse(opposed()), trials: places(8).map(trialAt), pending: [{ x: 3 }], seed: 9 };
    const asked = { ...request, ahead: { ...question, gain: 0.05 } };
    const [one, other, without] = [proposeDesigns(asked), proposeDesigns(asked), proposeDesigns(request)];
    if (Array.isArray(one) || Array.isArray(other) || Array.isArray(without)) throw new Error("refused");
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    expect(one.proposals[0]?.design).toEqual(without.proposals[0]?.design);
    expect(one.proposals[0]?.explanation.at(-1)).toMatchObject({
      aspect: "ahead",
      objective: null,
      numbers: one.ahead,
    });
    expect(one.proposals[0]?.explanation.at(-1)?.why).toMatch(
      /^5 more experiments: a front wider by more than 5 % of the present hypervolume with a probability of about \d+ %; stopping now loses at most [\d.]+ % of the present hypervolume, with 95 % confidence$/,
    );
  });

  test("nothing is told before five designs are read in every objective", () => {
    expect([0, 1, 4, 5].map((count) => studied(count).lookAhead() === null)).toEqual([true, true, true, false]);
    const study = studied(4);
    study.tell({ design: { x: 9.5 }, outcome: { status: "measured", values: { speed: 9.5 } } });
    expect(study.lookAhead()).toBeNull();
  });

  test("a list that is all measured has nothing to gain", () => {
    const candidates = [0, 1, 2.5, 4, 6, 8, 10].map((x) => ({ x }));
    const study = createStudy(opposed({ candidates }), { seed: 1 });
    study.tell(...candidates.map(({ x }) => trialAt(x)));
    expect(study.lookAhead()).toMatchObject({ chance: 0 });
  });

  test("a bound that nobody can meet leaves nothing to compare with, and one that most of the front breaks leaves less to gain", () => {
    expect(studied(12, { outcomeConstraints: [{ name: "heat", max: -5 }] }).lookAhead()).toBeNull();
    const few = [1, 2, 3, 8, 9, 9.5].map(trialAt);
    const gained = (outcomeConstraints: StudyDraft["outcomeConstraints"]) => {
      const study = createStudy({ ...opposed(), outcomeConstraints }, { seed: 2 });
      study.tell(...few);
      return study.lookAhead({ gain: 0.03 })?.regret ?? Number.NaN;
    };
    // What has heat above 35 has the greatest speed.
    expect(gained([{ name: "dust", max: 6 }])).toBeGreaterThan(0);
    expect(gained([{ name: "heat", max: 31 }])).toBeLessThan(gained([{ name: "dust", max: 6 }]));
  });

  test("what is likely to break a bound takes no place among the designs that are looked at, however much it promises", () => {
    const axis = (name: string) => ({ kind: "continuous" as const, name, min: 0, max: 10 });
    const draft = opposed({ parameters: [axis("x"), axis("y")], outcomeConstraints: [{ name: "heat", max: 2 }] });
    const told = (seed: number): number => {
      const study = createStudy(draft, { seed });
      // The greater y the better in both, and nearly all of it is too hot.
      for (const x of places(12)) {
        for (const y of [0.2, 5]) {
          const values = { speed: x + y, wear: 60 + 2 * x - 4 * y, heat: y };
          study.tell({ design: { x, y }, outcome: { status: "measured", values } });
        }
      }
      return study.lookAhead({ gain: 0.05 })?.chance ?? 0;
    };
    // Which designs are drawn moves one by 0.02 either way; where the likely get no places it is 0.86 on average.
    const chances = [5, 6, 7, 8].map(told);
    expect(chances.reduce((sum, chance) => sum + chance, 0) / chances.length).toBeGreaterThan(0.9);
  });

  test("three and four objectives are told of as well, without any reference", () => {
    for (const count of [3, 4]) {
      const names = ["a", "b", "c", "d"].slice(0, count);
      const study = createStudy(
        { ...opposed(), objectives: names.map((name) => ({ name, goal: "maximise" as const })) },
        { seed: 3 },
      );
      const values = (x: number) => Object.fromEntries(names.map((name, k) => [name, -((x - 3 * k) ** 2)]));
      study.tell(
        ...places(8).map((x) => ({ design: { x }, outcome: { status: "measured" as const, values: values(x) } })),
      );
      const look = study.lookAhead({ gain: 0.01 });
      expect(look?.chance).toBeGreaterThanOrEqual(0);
      expect(look?.chance).toBeLessThanOrEqual(1);
      expect(look?.regret).toBeGreaterThan(0);
    }
  });

  test("of more than four objectives and of a desirability it is refused with its place", () => {
    const faultsOf = (objectives: StudyDraft["objectives"]) => {
      try {
        createStudy({ ...opposed(), objectives }, { seed: 1 }).lookAhead();
      } catch (error) {
        return (error as { faults: { code: string; path?: string; message: string }[] }).faults;
      }
      return [];
    };
    const five = ["a", "b", "c", "d", "e"].map((name) => ({ name, goal: "maximise" as const }));
    expect(faultsOf(five)).toMatchObject([
      {
        code: "study.aheadMany",
        path: "objectives",
        message: expect.stringContaining("up to 4 objectives, and there are 5"),
      },
    ]);
    expect(faultsOf([{ name: "a", goal: "maximise", desirability: { worst: 0, best: 1 } }])).toMatchObject([
      { code: "study.aheadDesirable", path: "objectives" },
    ]);
  });
});

test("verdicts of a front speak of its hypervolume", () => {
  const look = { ...question, gain: 0.05, chance: 0.021, regret: 0.12, shareOf: "hypervolume" as const };
  expect(littleToGain(look, 0.1).why).toBe(
    "the probability that 5 more experiments widen the front by more than 5 % of the present hypervolume is about 2.1 %, below 10 %",
  );
  expect(regretBound(look, 0.1)).toMatchObject({
    stop: false,
    why: "stopping now loses at most 12 % of the present hypervolume, with 95 % confidence, more than the 10 % of the present hypervolume allowed",
  });
});
