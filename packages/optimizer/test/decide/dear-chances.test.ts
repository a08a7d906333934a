import { type Design, Study, type Trial } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { candidateChances } from "../../src/decide/candidate-chances.ts";
import { type Chances, chancesOf } from "../../src/decide/chances.ts";
import { growingField } from "../../src/decide/growing-field.ts";
import { likeliest } from "../../src/decide/likeliest.ts";
import { openField } from "../../src/decide/open-field.ts";
import { pickDesigns } from "../../src/decide/pick-designs.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { exp } from "../../src/special-functions/exp.ts";
import { readTrials, type TrialReadings } from "../../src/study/read-trials.ts";

const study = Study.parse({
  parameters: ["a", "b", "c"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "yield", goal: "maximise" }],
  outcomeConstraints: [
    { name: "heat", max: 1.4 },
    { name: "flow", min: 0.2, max: 0.9 },
  ],
});
const space = openSpace(study) as Space;
// So many that a process of all of them costs more than one of a part.
const measured: Design[] = space.candidates(240, createRandom(11)).slice(0, 240);
const features = measured.map((design) => space.encode(design));
const shut = new Set(measured.map((design) => space.key(design)));

function runOf(design: Design): Trial {
  const own = space.encode(design);
  const [a, b, c] = own as unknown as [number, number, number];
  const rise = 1 - (a - 0.6) ** 2 - (b - 0.5) ** 2 - (c - 0.7) ** 2 + 0.05 * Math.sin(9 * a);
  return { design, outcome: { status: "measured", values: { yield: rise, heat: a + b + c, flow: a * b + 0.3 * c } } };
}

const trials = measured.map(runOf);
const readings = readTrials(space, trials) as TrialReadings;
const model = fitModel({
  features,
  groups: space.groups,
  values: readings.quantities.get("yield")?.exact.map(({ value }) => value) as number[],
}) as Model;

function picksBy(chances: Chances | null, seed: number, count: number) {
  const random = createRandom(seed);
  const field = growingField(
    space,
    openField(space, measured.slice(0, 3), random, "near-leaders-too", { count, closed: shut }),
    shut,
    null,
    random,
  );
  const { picks } = pickDesigns(
    {
      evidence: { features, groups: space.groups, values: [] },
      candidates: field.features,
      measured: field.keys.map((key) => (shut.has(key) ? 1 : 0)),
      // Beside one that is under way a model of full skill is believed always.
      pending: [Float64Array.of(0.05, 0.05, 0.05)],
      taken: field.keys.map((key) => shut.has(key)),
      chances,
      costOf: null,
      remaining: 20,
      filling: null,
      near: field.near,
      model: { ...model, skill: 1 },
    },
    count,
    random,
  );
  return picks.map(({ index, choice }) => [
    index,
    choice?.value,
    choice?.compared,
    choice?.rival?.index,
    choice?.rival?.scoreAt(0),
  ]);
}

/** Chances of which everything is worked out at once. */
function plain(chances: Chances): Chances {
  return { ...chances, isDear: false };
}

test("of many readings, what was left unworked of the chances to keep bounds could not have been chosen, bit for bit", () => {
  const [lazy, eager] = [chancesOf(space, readings) as Chances, chancesOf(space, readings) as Chances];
  expect(lazy.isDear).toBe(true);
  for (const seed of [1, 2, 3]) expect(picksBy(lazy, seed, 3)).toEqual(picksBy(plain(eager), seed, 3));
});

test("no ceiling of a chance is passed, now or once more is believed", () => {
  const chances = chancesOf(space, readings) as Chances;
  const some = space.candidates(400, createRandom(5)).map((design) => space.encode(design));
  let own = candidateChances(chances, some);
  const all = [...some.keys()];
  own.glance(all);
  for (const believed of [3, 70, 200]) {
    const logs = own.logsAt(all);
    for (const index of all) expect(logs[index]).toBeLessThanOrEqual(own.ceilingAt(index));
    const before = own;
    chances.believe(some[believed] as Float64Array);
    own = own.believed();
    // What a choice rests on stays what it was.
    expect(before.logAt(believed)).toBe(logs[believed]);
    expect(own.logAt(believed)).not.toBe(logs[believed]);
  }
  chances.forget();
});

test("the likeliest of many candidates is found at a glance and a look, within a hundredth of the greatest chance", () => {
  const chances = chancesOf(space, readings) as Chances;
  const some = space.candidates(800, createRandom(6)).map((design) => space.encode(design));
  const open = [...some.keys()];
  const far = { candidates: some, open, known: [], logCostOf: null, near: null };
  const found = likeliest({ ...far, chances: candidateChances(chances, some) }, createRandom(1));
  const best = likeliest({ ...far, chances: candidateChances(plain(chances), some) }, createRandom(1));
  expect(exp(best.value)).toBeGreaterThan(0.9);
  expect(exp(best.value) - exp(found.value)).toBeLessThan(0.01);
  expect(found.compared).toBe(800);
});

test("a measured design keeps its bounds by its own readings and not only by those around it", () => {
  const noisy = Study.parse({
    parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
    objectives: [{ name: "y", goal: "maximise" }],
    outcomeConstraints: [{ name: "load", max: 1 }],
  });
  fc.assert(
    fc.property(fc.nat(2 ** 31), (seed) => {
      const random = createRandom(seed);
      const line = openSpace(noisy) as Space;
      // Scattered about the bound: nothing but a design's own reading tells one from the next.
      const read = Array.from({ length: 24 }, (_, i): Trial => {
        const load = 1 + 0.3 * random.normal();
        return { design: { x: i / 23 }, outcome: { status: "measured", values: { y: random.normal(), load } } };
      });
      const chances = chancesOf(line, readTrials(line, read) as TrialReadings) as Chances;
      const loadOf = ({ outcome }: Trial) => (outcome.status === "measured" ? (outcome.values["load"] as number) : 0);
      const sorted = read.toSorted((one, other) => loadOf(one) - loadOf(other));
      const chanceOf = (trial: Trial | undefined) => chances.chanceWithin(line.encode((trial as Trial).design));
      expect(chanceOf(sorted[0])).toBeGreaterThan(chanceOf(sorted.at(-1)));
    }),
    { seed: 1, numRuns: 20 },
  );
});
