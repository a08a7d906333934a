import { expect, test } from "vitest";
import { chooseDesign } from "../../src/decide/choose-design.ts";
import type { Gain } from "../../src/decide/gains.ts";
import { openProspects } from "../../src/decide/open-prospects.ts";
import { rivalOf } from "../../src/decide/rival.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import type { Member } from "../../src/model/member.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const candidates = Array.from({ length: 144 }, (_, i) => Float64Array.of((i % 12) / 11, Math.floor(i / 12) / 11));
const places = Float64Array.from(candidates.flatMap((own) => [...own]));
const rows = new Int32Array(candidates.length).fill(-1);
const open = [...candidates.keys()];

function choiceOf(seed: number, readings: number) {
  const model = fitModel(drawEvidence(seed, readings, 0.05)) as Model;
  const prospects = openProspects(model, Int32Array.of(0, 1), places, rows);
  const leaders = [...(model.members[0]?.readings.means.keys() ?? [])];
  return chooseDesign(
    model,
    { prospects, open, leaders, promised: [], costOf: null, beside: null, chances: null },
    createRandom(seed),
    0.5,
  );
}

test("the rival scores less than the choice, is another design, and overtakes it when its mean rises", () => {
  const rules = new Set<string>();
  for (let seed = 1; seed <= 12; seed++) {
    const choice = choiceOf(seed, seed % 2 === 0 ? 40 : 9);
    rules.add(choice?.rule ?? "");
    expect(choice?.rival?.index).not.toBe(choice?.index);
    expect(choice?.rival?.scoreAt(0)).toBeLessThanOrEqual(choice?.value as number);
    expect(choice?.rival?.scoreAt(8)).toBeGreaterThan(choice?.value as number);
  }
  expect(rules).toEqual(new Set(["expected-improvement", "posterior-draw"]));
});

test("a rival is judged by what was believed when it lost, with the spread that it had then", () => {
  const model = fitModel(drawEvidence(2, 30, 0.1)) as Model;
  const prospects = openProspects(model, Int32Array.of(0, 1), places, rows);
  const field = {
    prospects,
    open,
    leaders: [0],
    promised: [],
    costOf: null,
    chances: null,
    beside: null,
  };
  const rival = chooseDesign(model, field, createRandom(1), 1)?.rival;
  const place = places.slice(2 * rival!.index, 2 * rival!.index + 2);
  const spread = model.members.reduce((sum, member, m) => {
    const { means, variances } = member.predict(place);
    const sd = Math.sqrt(variances[0]!);
    return sum + (model.weights[m]! * (member.restore(means[0]! + sd) - member.restore(means[0]! - sd))) / 2;
  }, 0);
  expect(rival?.spread).toBeCloseTo(spread, 9);
  const before = rival?.scoreAt(1);
  for (const member of model.members) member.believe(place);
  prospects.believed();
  const level: Gain = (_, mean) => mean;
  prospects.greatest(open, { gain: level, ceiling: level, rest: null });
  expect(rival?.scoreAt(1)).toBe(before);
});

test("where leaders are uncertain the best of them is drawn: another seed, another improvement over it", () => {
  const model = fitModel(drawEvidence(2, 60, 0.4)) as Model;
  const values = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
    const prospects = openProspects(model, Int32Array.of(0, 1), places, rows);
    const leaders = [...(model.members[0]?.readings.means.keys() ?? [])];
    return (
      chooseDesign(
        model,
        { prospects, open, leaders, promised: [], costOf: null, beside: null, chances: null },
        createRandom(seed),
        1,
      )?.value ?? []
    );
  });
  expect(new Set(values).size).toBe(6);
});

test("two designs are apart from half a lengthscale on", () => {
  const model = fitModel(drawEvidence(1, 30)) as Model;
  const prospects = openProspects(model, Int32Array.of(0, 1), places, rows);
  const half = Math.min(...(model.members[0]?.theta.lengthscales ?? [])) / 2;
  expect(prospects.areApart(5, 5)).toBe(false);
  expect(prospects.areApart(0, 1)).toBe(1 / 11 >= half);
  expect(prospects.areApart(0, 143)).toBe(true);
});

test("how far apart two designs are is told of inputs as the leading member bends them", () => {
  const straight = fitModel(drawEvidence(1, 30)) as Model;
  const leading = straight.weights.indexOf(Math.max(...straight.weights));
  const lengthscales = new Float64Array(2).fill(0.5);
  // √x: what lies near 0 is drawn apart, what lies near 1 together.
  const bent = straight.members.map((own, m): Member => {
    return m === leading
      ? {
          ...own,
          theta: { ...own.theta, lengthscales },
          warps: [
            [0.5, 1],
            [1, 1],
          ],
        }
      : own;
  });
  const model = { ...straight, members: bent as [Member, ...Member[]] };
  const line = Float64Array.from([0.01, 0.3, 0.16, 0.3, 0.7, 0.3, 1, 0.3]);
  const none = new Int32Array(4).fill(-1);
  const prospects = openProspects(model, Int32Array.of(0, 1), line, none);
  // √x is 0.1, 0.4, 0.84 and 1, and half a lengthscale 0.25.
  expect(prospects.areApart(0, 1)).toBe(true);
  expect(prospects.areApart(2, 3)).toBe(false);
  expect(rivalOf([5, 4, 3, 4], 0, line, Int32Array.of(0, 1), bent[leading] as Member)).toBe(1);
  expect(rivalOf([1, 2, 5, 4], 2, line, Int32Array.of(0, 1), bent[leading] as Member)).toBe(1);
});
