import { expect, test } from "vitest";
import { believedPending } from "../../src/decide/believed-pending.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";

const places = (count: number, seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => Float64Array.of(random.uniform()));
};
const features = places(15, 1);
const model = fitModel({
  features,
  groups: Int32Array.of(0),
  values: features.map(([x]) => -((x! - 0.7) ** 2)),
}) as Model;
const far = (place: Float64Array) => Math.abs(place[0]! - 0.7);

test("a few hundred pending designs are all believed, whatever the models say", () => {
  const pending = places(256, 2);
  expect(believedPending(pending, [model])).toEqual(pending);
});

test("of more those are believed, in their order, for which the models hope for most", () => {
  const pending = places(1000, 3);
  const believed = believedPending(pending, [model]);
  expect(believed.length).toBe(256);
  const indices = believed.map((place) => pending.findIndex((own) => own === place));
  expect(indices).toEqual(indices.toSorted((a, b) => a - b));
  const left = pending.filter((place) => !believed.includes(place));
  // The surface is the same on both sides of its top, and well known: what is hoped for is how near the top a design is.
  expect(Math.max(...believed.map(far))).toBeLessThan(Math.min(...left.map(far)) + 0.02);
});

test("without a model the last are believed", () => {
  const pending = places(300, 4);
  expect(believedPending(pending, [])).toEqual(pending.slice(44));
});
