import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { openPlainSobol, openSobol } from "../../src/space/sobol.ts";

test("the plain sequence is that of the published table, in the first dimension and in the last", () => {
  const next = openPlainSobol(64);
  const points = Array.from({ length: 1024 }, () => Float64Array.from(next(), (word) => word / 2 ** 32));
  const at = (index: number) => [0, 1, 2, 10, 40, 63].map((axis) => points[index]![axis]);
  // As scipy 1.x computes them from the same table.
  expect(at(1023)).toEqual([0.0009765625, 0.7529296875, 0.6123046875, 0.6787109375, 0.6318359375, 0.0400390625]);
  expect(at(700)).toEqual([0.2802734375, 0.0986328125, 0.1376953125, 0.4189453125, 0.8291015625, 0.4365234375]);
});

test("scrambled, each of 256 slices of every one of 64 axes holds one of the first 256 points, and the seed decides where", () => {
  const draw = (seed: number) => {
    const next = openSobol(66, createRandom(seed));
    return Array.from({ length: 256 }, () => next());
  };
  const points = draw(1);
  for (let axis = 0; axis < 64; axis++) {
    expect(new Set(points.map((point) => Math.floor(point[axis]! * 256))).size).toBe(256);
  }
  expect(points.every((point) => point.every((part) => part >= 0 && part < 1))).toBe(true);
  expect(draw(1)).toEqual(points);
  expect(draw(2)[0]).not.toEqual(points[0]);
});
