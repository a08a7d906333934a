import fc from "fast-check";
import { expect, test } from "vitest";
import { freeBoxes } from "../src/pareto/free-boxes.ts";
import { hypervolume, paretoFront } from "../src/index.ts";
import { createRandom } from "../src/random/create-random.ts";
import { drawOutcomes } from "./support/draw-outcomes.ts";

const widths = [2, 3, 4] as const;
const sets = fc.record({ seed: fc.integer({ min: 0, max: 1e6 }), count: fc.integer({ min: 0, max: 9 }) });

/** Share of the unit cube that some point reaches above, from random places. */
function reachedShare(points: readonly Float64Array[], width: number, places: number): number {
  const random = createRandom(99);
  let reached = 0;
  for (let i = 0; i < places; i++) {
    const place = Float64Array.from({ length: width }, () => random.uniform());
    if (points.some((point) => point.every((value, j) => value > place[j]!))) reached++;
  }
  return reached / places;
}

function insideBox(point: ArrayLike<number>, { lower, upper }: ReturnType<typeof freeBoxes>[number]): boolean {
  return lower.every((bound, j) => point[j]! > bound && point[j]! <= upper[j]!);
}

test("the front keeps equal points together and leaves out what is worse somewhere and better nowhere", () => {
  expect(paretoFront([])).toEqual([]);
  expect(
    paretoFront([
      [1, 2],
      [2, 1],
      [1, 2],
      [1, 1],
      [0, 3],
      [2, 0],
    ]),
  ).toEqual([0, 1, 2, 4]);
});

test.each([2, 3, 4, 5, 6])("with %d objectives every point is on the front or below a point of it", (width) => {
  const points = drawOutcomes(width, 60, width);
  const front = paretoFront(points);
  const beats = (a: Float64Array, b: Float64Array) =>
    a.every((value, j) => value >= b[j]!) && a.some((value, j) => value > b[j]!);
  points.forEach((point, i) => {
    const beaten = points.some((other) => beats(other, point));
    expect(front.includes(i)).toBe(!beaten);
    if (beaten) expect(front.some((index) => beats(points[index]!, point))).toBe(true);
  });
});

test("hypervolumes are those worked out by hand", () => {
  expect(hypervolume([], [0, 0])).toBe(0);
  expect(
    hypervolume(
      [
        [1, 2],
        [2, 1],
      ],
      [0, 0],
    ),
  ).toBe(3);
  expect(
    hypervolume(
      [
        [1, 2],
        [2, 1],
        [1, 1],
        [2, 1],
        [5, -1],
      ],
      [0, 0],
    ),
  ).toBe(3);
  expect(
    hypervolume(
      [
        [3, 3, 1],
        [1, 1, 3],
      ],
      [0, 0, 0],
    ),
  ).toBe(11);
  expect(
    hypervolume(
      [
        [2, 1, 1, 1],
        [1, 2, 1, 1],
        [1, 1, 2, 1],
        [1, 1, 1, 2],
      ],
      [0, 0, 0, 0],
    ),
  ).toBe(5);
  expect(hypervolume([[7]], [3])).toBe(4);
});

test.each(widths)("with %d objectives the hypervolume is the share of random places that it covers", (width) => {
  for (const seed of [1, 2, 3]) {
    const points = drawOutcomes(seed, 12, width);
    const share = reachedShare(points, width, 40_000);
    expect(Math.abs(hypervolume(points, new Float64Array(width)) - share)).toBeLessThan(0.012);
  }
});

test.each(widths)("with %d objectives the free boxes fill all that is not dominated, each place once", (width) => {
  fc.assert(
    fc.property(sets, ({ seed, count }) => {
      const points = drawOutcomes(seed, count, width);
      const boxes = freeBoxes(points, new Float64Array(width).fill(0.05));
      const random = createRandom(seed);
      for (let i = 0; i < 100; i++) {
        const place = Float64Array.from({ length: width }, () => 0.05 + 1.1 * random.uniform());
        const dominated = points.some((point) => point.every((value, j) => value >= place[j]!));
        expect(boxes.filter((box) => insideBox(place, box)).length).toBe(dominated ? 0 : 1);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});

test.each(widths)(
  "with %d objectives what a point adds to the hypervolume is what it reaches of the free boxes",
  (width) => {
    const reference = new Float64Array(width).fill(0.05);
    fc.assert(
      fc.property(sets, ({ seed, count }) => {
        const [added, ...points] = drawOutcomes(seed, count + 1, width);
        let reach = 0;
        for (const { lower, upper } of freeBoxes(points, reference)) {
          reach += lower.reduce((product, low, j) => product * Math.max(0, Math.min(added![j]!, upper[j]!) - low), 1);
        }
        const gain = hypervolume([...points, added!], reference) - hypervolume(points, reference);
        expect(reach).toBeCloseTo(gain, 12);
      }),
      { seed: 2, numRuns: 100 },
    );
  },
);

test("a front of k points leaves k + 1 boxes of two coordinates and at most 2k + 1 of three", () => {
  for (const [width, most] of [
    [2, 1],
    [3, 2],
  ] as const) {
    // On a plane that falls in every direction, nothing dominates anything.
    const points = drawOutcomes(5, 20, width - 1).map((point) => [...point, -point.reduce((sum, x) => sum + x, 0)]);
    const front = new Set(points.map((point) => point.join())).size;
    expect(paretoFront(points).length).toBe(points.length);
    expect(freeBoxes(points, new Float64Array(width).fill(-9)).length).toBeLessThanOrEqual(most * front + 1);
  }
});

test("hypervolume and boxes do not depend on the order of the points", () => {
  const points = drawOutcomes(8, 20, 3);
  const reference = [0, 0, 0];
  expect(hypervolume(points.toReversed(), reference)).toBeCloseTo(hypervolume(points, reference), 14);
  const sorted = (list: readonly ArrayLike<number>[]) =>
    freeBoxes(list, reference)
      .map((box) => JSON.stringify(box))
      .sort();
  expect(sorted(points.toReversed())).toEqual(sorted(points));
});
