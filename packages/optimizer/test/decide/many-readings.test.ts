import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { ambitionOf } from "../../src/decide/ambition.ts";
import { chancesOf } from "../../src/decide/chances.ts";
import { pickFront } from "../../src/decide/pick-front.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { readTrials, type TrialReadings } from "../../src/study/read-trials.ts";

const study = Study.parse({
  parameters: ["a", "b", "c"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: ["near", "far"].map((name) => ({ name, goal: "maximise" })),
  outcomeConstraints: [{ name: "heat", max: 1.4 }],
});
const space = openSpace(study) as Space;
const random = createRandom(11);
const measured: Design[] = space.candidates(240, random).slice(0, 240);
const features = measured.map((design) => space.encode(design));
const readingOf = (own: Float64Array, centre: number) =>
  1 - own.reduce((sum, value) => sum + (value - centre) ** 2, 0) + 0.1 * Math.sin(9 * (own[0] as number));
const evidence = [0.2, 0.8].map((centre) => ({
  features,
  groups: space.groups,
  values: features.map((own) => readingOf(own, centre)),
}));
const heatOf = (own: Float64Array) => own.reduce((sum, value) => sum + value, 0);
const trials: Trial[] = measured.map((design, i) => ({
  design,
  outcome: {
    status: "measured",
    values: {
      near: evidence[0]?.values[i] as number,
      far: evidence[1]?.values[i] as number,
      heat: heatOf(features[i] as Float64Array),
    },
  },
}));
const shut = new Set(measured.map((design) => space.key(design)));
const others = space.candidates(600, random).filter((design) => !shut.has(space.key(design)));
const candidates = others.map((design) => space.encode(design));
const chances = chancesOf(space, readTrials(space, trials) as TrialReadings);

function picked(open: readonly number[], seed: number) {
  const { picks } = pickFront(
    {
      evidence,
      ambition: (views) => ambitionOf(study, views),
      candidates,
      open,
      pending: [],
      chances,
      logCostOf: null,
      again: [],
      near: null,
    },
    1,
    createRandom(seed),
  );
  return picks[0];
}

test("of many readings, candidates that a glance leaves out are no better than the one that is picked", () => {
  const pick = picked([...candidates.keys()], 1);
  const value = pick?.choice?.value as number;
  expect(pick?.choice?.compared).toBeLessThanOrEqual(128);
  for (let first = 0; first < candidates.length; first += 100) {
    const some = [...candidates.keys()].slice(first, first + 100);
    // Other draws of what is uncertain give a gain a few percent up or down.
    expect(picked(some, 2 + first)?.choice?.value).toBeLessThan(value + 0.1);
  }
});

test("of many readings a bound is judged by a part and believed by all of them", () => {
  const at = [0.2, 0.45, 0.48, 0.6].map((own) => Float64Array.of(own, own, own));
  const exact = chances?.logAt(at) as Float64Array;
  const glanced = chances?.logAt(at, true) as Float64Array;
  expect(Math.exp(exact[0] as number)).toBeGreaterThan(0.99);
  expect(Math.exp(exact[3] as number)).toBeLessThan(0.01);
  // Less is known of each place by a part, so that a chance lies nearer to a half.
  exact.forEach((own, i) => {
    expect(Math.abs(Math.exp(glanced[i] as number) - 0.5)).toBeLessThanOrEqual(Math.abs(Math.exp(own) - 0.5) + 1e-9);
  });
});
