import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { candidateChances } from "../../src/decide/candidate-chances.ts";
import type { Chances } from "../../src/decide/chances.ts";
import { chooseDesign } from "../../src/decide/choose-design.ts";
import { fieldLeaders, frontLeaders } from "../../src/decide/field-leaders.ts";
import { fitLimit } from "../../src/decide/fit-limit.ts";
import { openProspects } from "../../src/decide/open-prospects.ts";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { exp } from "../../src/special-functions/exp.ts";
import { log } from "../../src/special-functions/log.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

/** Gramacy and others' toy problem: the least sum of two numbers outside of two bounds, 0.5998. */
const toy = Study.parse({
  parameters: ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "sum", goal: "minimise" }],
  outcomeConstraints: [
    { name: "wave", min: 1.5 },
    { name: "ring", max: 1.5 },
  ],
  budget: 30,
});

function measure(design: Design): Trial {
  const [a, b] = [design["a"] as number, design["b"] as number];
  const wave = a + 2 * b + 0.5 * Math.sin(2 * Math.PI * (a ** 2 - 2 * b));
  return { design, outcome: { status: "measured", values: { sum: a + b, wave, ring: a ** 2 + b ** 2 } } };
}

test.each([1, 2])("thirty experiments come to where two bounds leave the least sum (%i)", (seed) => {
  const random = createRandom(seed);
  const trials = Array.from({ length: 3 }, () => measure({ a: random.uniform(), b: random.uniform() }));
  while (trials.length < 30) {
    const answer = proposeDesigns({ study: toy, trials, pending: [], seed });
    if (Array.isArray(answer)) throw new Error("refused");
    trials.push(measure(answer.proposals[0]?.design as Design));
  }
  const kept = trials.flatMap(({ outcome }) => {
    const {
      sum = 0,
      wave = 0,
      ring = 0,
    } = outcome.status === "measured" ? (outcome.values as Record<string, number>) : {};
    return wave >= 1.5 && ring <= 1.5 ? [sum] : [];
  });
  expect(Math.min(...kept)).toBeLessThan(0.61);
});

test("a skilled model puts an improvement that is sure to be of use before one that hardly is", () => {
  const candidates = [Float64Array.of(0.69, 0.31), Float64Array.of(0.71, 0.29)];
  const places = Float64Array.from(candidates.flatMap((own) => [...own]));
  const model = { ...(fitModel(drawEvidence(1, 30)) as Model), skill: 1 };
  for (const logs of [
    [0, log(0.02)],
    [log(0.02), 0],
  ]) {
    const logAt = (asked: readonly Float64Array[]) =>
      Float64Array.from(asked, (own) => logs[candidates.findIndex((one) => one === own)] as number);
    const prospects = openProspects(model, Int32Array.of(0, 1), places, new Int32Array(2).fill(-1));
    const field = {
      prospects,
      open: [0, 1],
      leaders: [0],
      promised: [],
      costOf: null,
      beside: null,
      chances: candidateChances({ ...chancesOf(0), logAt, ceilingsAt: logAt }, candidates),
    };
    const sure = [...logs].indexOf(0);
    const choice = chooseDesign(model, field, createRandom(1), 1);
    expect(choice?.index).toBe(sure);
    expect(choice?.value).toBeGreaterThan(choice?.rival?.scoreAt(0) as number);
  }
});

const measured = {
  designs: [1, 2, 3, 4, 5].map((a) => ({ a })),
  keys: ["1", "2", "3", "4", "4"],
  features: [1, 2, 3, 4, 5].map((a) => Float64Array.of(a)),
};
const chancesOf = (bound: number): Chances => {
  const logAt = (places: readonly Float64Array[]) =>
    Float64Array.from(places, (own) => -Math.abs((own[0] as number) - bound));
  return {
    readWithin: () => true,
    chanceWithin: () => 1,
    toldWithin: () => 1,
    logTold: () => 0,
    logAt,
    ceilingsAt: logAt,
    keeps: (own: Float64Array) => (own[0] as number) <= bound,
    failed: false,
    bounded: false,
    unread: [],
    isDear: false,
    believe: () => undefined,
    forget: () => undefined,
  };
};

test("candidates are drawn around the best that keep their bounds, none twice; where none does, around the likeliest to", () => {
  const around = (bound: number) =>
    fieldLeaders([1, 2, 3, 4, 5], { ...measured, chances: chancesOf(bound) }).map(({ a }) => a);
  expect(around(3)).toEqual([3, 2, 1]);
  expect(around(5)).toEqual([5, 3, 2]);
  expect(around(0.5)).toEqual([1, 2, 3]);
});

test("for several quantities candidates are drawn around the front of those that keep their bounds, to its ends", () => {
  const outcomes = [
    [0, 3],
    [1, 2],
    [1, 1],
    [9, 9],
    [9, 9],
  ];
  const around = (bound: number) =>
    frontLeaders(outcomes, { ...measured, chances: chancesOf(bound) }, createRandom(1)).map(({ a }) => a);
  expect(new Set(around(3))).toEqual(new Set([1, 2]));
  expect(around(5)).toEqual([5]);
  expect(around(0.5)).toEqual([1, 2, 3]);
});

test("readings far beyond a limit do not hide where it runs", () => {
  const line = Study.parse({
    parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
    objectives: [{ name: "y", goal: "maximise" }],
    outcomeConstraints: [{ name: "load", max: 1 }],
  });
  const space = openSpace(line) as Space;
  const places = [0.02, 0.11, 0.2, 0.28, 0.36, 0.44, 0.55, 0.63, 0.72, 0.8, 0.9, 0.98];
  // Passes 1 at x = 0.4 and 20,000 at the end.
  const values = places.map((x) => exp(17 * (x - 0.4)));
  const read = values.map((value, trial) => ({ trial, value, uncertainty: null }));
  const readings = {
    features: places.map((x) => Float64Array.of(x)),
    keys: places.map(String),
    asked: places.map(String),
    quantities: new Map([["load", { exact: read, censored: [] }]]),
    feasible: places.map((_, i) => i),
    infeasible: [],
    elsewhere: [],
  };
  const fitted = fitLimit(space, readings, { name: "load", unit: "1", max: 1 });
  const beyond = (x: number) => {
    const { means } = fitted?.member.predict(Float64Array.of(x)) ?? { means: [0] };
    return (fitted?.member.restore(means[0] as number) as number) > (fitted?.max as number);
  };
  expect([0.05, 0.15, 0.25, 0.33, 0.38].map(beyond)).toEqual([false, false, false, false, false]);
  expect([0.42, 0.48, 0.6, 0.85].map(beyond)).toEqual([true, true, true, true]);
});
