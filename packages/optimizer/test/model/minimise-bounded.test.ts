import { expect, test } from "vitest";
import { minimiseBounded } from "../../src/model/minimise-bounded.ts";

function banana(x: Float64Array, gradient: Float64Array): number {
  const [a, b] = [1 - x[0]!, x[1]! - x[0]! ** 2];
  gradient[0] = -2 * a - 400 * x[0]! * b;
  gradient[1] = 200 * b;
  return a * a + 100 * b * b;
}

function searched(most: number): Float64Array {
  const [start, lower, upper] = [Float64Array.of(-1.2, 1), Float64Array.of(-5, -5), Float64Array.of(most, 5)];
  return minimiseBounded(banana, start, lower, upper, 0, 200).x;
}

test("the bounded search finds the bottom of a curved valley and the corner of a box", () => {
  const free = searched(5);
  expect(free[0]).toBeCloseTo(1, 6);
  expect(free[1]).toBeCloseTo(1, 6);
  const bound = searched(0.5);
  expect(bound[0]).toBe(0.5);
  expect(bound[1]).toBeCloseTo(0.25, 6);
});

test("a search whose every value is forbidden returns its start", () => {
  const [start, lower, upper] = [Float64Array.of(0.5), Float64Array.of(0), Float64Array.of(1)];
  expect([...minimiseBounded(() => Number.NaN, start, lower, upper, 1e-4, 50).x]).toEqual([0.5]);
});
