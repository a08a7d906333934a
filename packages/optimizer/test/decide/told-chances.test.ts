import { Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { type Chances, chancesOf } from "../../src/decide/chances.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { createRandom, type Random } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { exp } from "../../src/special-functions/exp.ts";
import { normalCdf } from "../../src/special-functions/normal.ts";
import { studentDeviate } from "../../src/special-functions/student-deviate.ts";
import { readTrials, type TrialReadings } from "../../src/study/read-trials.ts";

const AXES = ["a", "b"];
const study = Study.parse({
  parameters: AXES.map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
  outcomeConstraints: [{ name: "load", max: 0 }],
});
const space = openSpace(study) as Space;

/** A wave across two parameters, and its load at designs drawn at random. */
function wave(random: Random) {
  const turns = AXES.map(() => 4 * (2 * random.uniform() - 1));
  const phase = 2 * Math.PI * random.uniform();
  const loadAt = (place: readonly number[]) =>
    Math.cos(place.reduce((sum, x, k) => sum + (turns[k] as number) * x, phase));
  const draw = () => AXES.map(() => random.uniform());
  const designOf = (place: readonly number[]) => Object.fromEntries(AXES.map((name, k) => [name, place[k] as number]));
  const measure = (): Trial => {
    const place = draw();
    return { design: designOf(place), outcome: { status: "measured", values: { y: place[0]!, load: loadAt(place) } } };
  };
  return { loadAt, draw, designOf, measure };
}

test("of the designs whose chance to keep a bound is told as 95 % or more, nearly all keep it, after few readings too", () => {
  const random = createRandom(2);
  let [told, kept] = [0, 0];
  for (let lab = 0; lab < 120; lab++) {
    const { loadAt, draw, designOf, measure } = wave(random);
    const trials = Array.from({ length: 3 + (lab % 4) }, measure);
    const chances = chancesOf(space, readTrials(space, trials) as TrialReadings) as Chances;
    for (let i = 0; i < 20; i++) {
      const place = draw();
      if (exp(chances.logTold(space.encode(designOf(place)))) < 0.95) continue;
      told++;
      if (loadAt(place) <= 0) kept++;
    }
  }
  expect(told).toBeGreaterThan(100);
  expect(kept / told).toBeGreaterThan(0.95);
});

test("a proposal tells the chance that is as wide as its intervals, a front that of what was read there", () => {
  const { measure } = wave(createRandom(2));
  const trials = Array.from({ length: 5 }, measure);
  const chances = chancesOf(space, readTrials(space, trials) as TrialReadings) as Chances;
  const answer = proposeDesigns({ study, trials, pending: [], seed: 1 });
  if (Array.isArray(answer)) throw new Error("refused");
  const [proposal] = answer.proposals;
  const told = chances.logTold(space.encode(proposal!.design));
  expect(proposal!.explanation.find(({ aspect }) => aspect === "chance")?.numbers).toEqual({ probability: exp(told) });

  const both = Study.parse({ ...study, objectives: [...study.objectives, { name: "load", goal: "minimise" }] });
  const pair = proposeDesigns({ study: both, trials, pending: [], seed: 1 });
  if (Array.isArray(pair)) throw new Error("refused");
  expect(pair.front?.length).toBeGreaterThan(0);
  for (const { design, chance } of pair.front!) expect(chance).toBe(chances.toldWithin(space.encode(design)));
});

test("what counts as keeping its bounds is not told to be likelier to break them", () => {
  const narrow = Study.parse({
    ...study,
    outcomeConstraints: ["load", "heat"].map((name) => ({ name, min: -0.6, max: 0.6 })),
  });
  const both = openSpace(narrow) as Space;
  let kept = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const random = createRandom(seed);
    const [load, heat] = [wave(random), wave(random)];
    const trials = Array.from({ length: 5 }, (): Trial => {
      const place = load.draw();
      const values = { y: place[0]!, load: load.loadAt(place), heat: heat.loadAt(place) + random.normal() / 5 };
      return { design: load.designOf(place), outcome: { status: "measured", values } };
    });
    const chances = chancesOf(both, readTrials(both, trials) as TrialReadings) as Chances;
    for (const { design } of trials) {
      const place = both.encode(design);
      if (!chances.keeps(place)) continue;
      kept++;
      expect(chances.toldWithin(place)).toBeGreaterThanOrEqual(0.5);
    }
  }
  expect(kept).toBeGreaterThan(20);
});

test.each([
  [1, 6.3138, 0.05, 0.008],
  [1, 63.657, 0.005, 0.008],
  [2, 2.92, 0.05, 0.002],
  [5, 4.0321, 0.005, 0.0002],
  [29, 1.6991, 0.05, 0.0001],
])(
  "with %i degrees of freedom as much lies beyond %d as beyond its normal deviate",
  (freedom, deviate, beyond, error) => {
    expect(Math.abs(normalCdf(-studentDeviate(deviate, freedom)) - beyond)).toBeLessThan(error);
    expect(studentDeviate(-deviate, freedom)).toBe(-studentDeviate(deviate, freedom));
    expect(studentDeviate(Number.POSITIVE_INFINITY, freedom)).toBe(Number.POSITIVE_INFINITY);
  },
);
