import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { type Loneliness, openLoneliness } from "../../src/space/loneliness.ts";
import { nearestDistances } from "../../src/space/nearest-distances.ts";
import { unevenness } from "../../src/space/unevenness.ts";

const random = createRandom(3);
const draw = (count: number, width: number) =>
  Array.from({ length: count }, () => Float64Array.from({ length: width }, () => random.uniform()));

const distancesOf = (places: readonly Float64Array[]) => nearestDistances(places) as Float64Array;
const open = (places: readonly Float64Array[]) => openLoneliness(places, distancesOf(places));

test("loneliness is a rank with mean 0 and variance 1, the greatest where nothing else was listed", () => {
  const crowd = draw(40, 2).map((place) => place.map((value) => 0.1 + value / 5));
  const places = [...crowd, Float64Array.of(0.9, 0.9)];
  const loneliness = open(places) as Loneliness;
  const ranks = places.map(loneliness);
  expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(0, 9);
  expect(ranks.reduce((sum, rank) => sum + rank * rank, 0) / places.length).toBeCloseTo(1, 2);
  expect(ranks.indexOf(Math.max(...ranks))).toBe(40);
  // What was carried out lies beside what is listed.
  for (const [i, place] of places.entries()) {
    expect(Math.abs(loneliness(place.map((value) => value + 1e-9)) - (ranks[i] as number))).toBeLessThan(0.1);
  }
  expect(loneliness(Float64Array.of(0.9, 0.1))).toBeGreaterThan(1.6);
  expect(loneliness(Float64Array.of(0.2, 0.21))).toBeLessThan(1);
});

test("places whose neighbours are as far are as lonely, though sums of their steps differ in the last bit", () => {
  const line = Array.from({ length: 30 }, (_, i) => Float64Array.of(0.1 * i));
  const sparse = Array.from({ length: 40 }, (_, i) => Float64Array.of(3.2 + 0.17 * i + 0.003 * i * i));
  const loneliness = open([...line, ...sparse]) as Loneliness;
  const inner = line.slice(3, -3).map(loneliness);
  expect(new Set(inner).size).toBe(1);
  expect(loneliness(line[0] as Float64Array)).toBeGreaterThan(inner[0] as number);
});

test("a grid, of categories with gaps or of steps, too few designs, and all in one place tell nothing", () => {
  const oneHot = (i: number, n: number) => Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
  const grid = Array.from({ length: 60 }, (_, i) => Float64Array.from([...oneHot(i % 5, 5), ...oneHot(i % 12, 12)]));
  expect(open(grid)).toBeNull();
  expect(open(grid.filter((_, i) => i % 13 !== 0))).toBeNull();
  expect(open(Array.from({ length: 30 }, (_, i) => Float64Array.of(0.1 * i)))).toBeNull();
  expect(nearestDistances(draw(5, 3))).toBeNull();
  expect(open(Array.from({ length: 20 }, () => new Float64Array(2)))).toBeNull();
});

test("a list is the more uneven the more its crowds differ, whatever its unit, and none where all are as far from the others", () => {
  const crowds = (size: number) => draw(60, 2).map((place, i) => place.map((x) => (i % 2 === 0 ? x : x * size)));
  const sizes = [1, 0.1, 0.01];
  const told = sizes.map((size) => unevenness(distancesOf(crowds(size))));
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told[0]).toBeLessThan(0.4);
  expect(told[2]).toBeGreaterThan(1);
  const distances = distancesOf(crowds(0.1));
  expect(unevenness(distances.map((own) => own * 1e300))).toBeCloseTo(unevenness(distances), 9);
  expect(unevenness(Float64Array.of(2, 2, 2))).toBe(0);
  expect(unevenness(new Float64Array(3))).toBe(0);
  // A fifth in one place: as crowded as can be told, and no more.
  expect(unevenness(Float64Array.of(0, 1, 1, 1, 1))).toBeCloseTo(0.4 * Math.log(1000), 9);
});
