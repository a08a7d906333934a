import { expect, test } from "vitest";
import type { Chances } from "../../src/decide/chances.ts";
import { drawBests, promisedAt } from "../../src/decide/draw-bests.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { log } from "../../src/special-functions/log.ts";
import { createStudy } from "../../src/study/create-study.ts";

test("a pending design raises the bar as if it had read its mean: the next is no copy of it, nor of another, and promises less", () => {
  const study = createStudy(
    {
      parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
      objectives: [{ name: "a", goal: "maximise" }],
    },
    { seed: 4 },
  );
  for (const x of [0, 0.1, 0.2, 0.3, 0.4, 0.9, 1])
    study.tell({ design: { x }, outcome: { status: "measured", values: { a: -((x - 0.65) ** 2) } } });
  const asked = Array.from({ length: 4 }, () => study.ask()[0]!);
  const places = asked.map(({ design }) => design["x"] as number).sort((a, b) => a - b);
  expect(Math.abs((asked[0]?.design["x"] as number) - 0.65)).toBeLessThan(0.01);
  places.slice(1).forEach((x, i) => expect(x - places[i]!).toBeGreaterThan(0.01));
  const values = asked.map(({ acquisition }) => acquisition.value as number);
  for (const value of values.slice(1)) expect(value).toBeLessThan(values[0]! - 1);
});

const features = [0, 0.2, 0.4, 1].map((x) => Float64Array.of(x));
const model = fitModel({ features, groups: Int32Array.of(0), values: [0, 1, 2, 0] }) as Model;

/** Designs that can be made with so much of a chance. */
const chancesOf = (chance: number): Chances => {
  const logAt = (asked: readonly Float64Array[]) => Float64Array.from(asked, () => log(chance));
  return {
    failed: true,
    bounded: false,
    unread: [],
    isDear: false,
    logAt,
    ceilingsAt: logAt,
    readWithin: () => true,
    chanceWithin: () => 1,
    toldWithin: () => 1,
    logTold: () => 0,
    keeps: () => true,
    believe: () => undefined,
    forget: () => undefined,
  };
};

test("what is promised counts in as many draws of the best as it is likely to be of use", () => {
  const top = Float64Array.of(0.55);
  const shareOf = (chances: Chances | null) => {
    const promised = promisedAt(model, chances, top);
    let higher = 0;
    for (let seed = 0; seed < 200; seed++) {
      const [draws] = drawBests(model, [0], [promised], createRandom(seed));
      for (const draw of draws!) if (draw === promised.means[0]) higher++;
    }
    return higher / 1600;
  };
  expect(shareOf(null)).toBe(1);
  expect(shareOf(chancesOf(1e-12))).toBe(0);
  expect(Math.abs(shareOf(chancesOf(0.3)) - 0.3)).toBeLessThan(0.05);
});
