import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { correlate } from "../../src/kernel/source/correlation.ts";
import { bindHeap } from "../../src/kernel/source/memory.ts";

const { exp: references } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../fixtures/special-functions.json"), "utf8"),
) as { readonly exp: readonly (readonly [x: number, value: number])[] };

test("the kernel's exponential is within two units in the last place from -700 to 0, and 1 at 0", () => {
  const inRange = references.filter(([x]) => x >= -700 && x <= 0);
  expect(inRange.length).toBeGreaterThan(50);
  const heap = new Float64Array(2 * inRange.length + 4);
  heap.set(inRange.map(([x]) => -2 * x));
  bindHeap(heap);
  const slopes = (inRange.length + 2) & ~1;
  // The squared exponential of a squared distance is nothing but an exponential.
  correlate(2, 0, 8 * slopes, inRange.length);
  inRange.forEach(([x, value], i) => {
    expect(Math.abs(heap[i]! / value - 1), `at ${x}`).toBeLessThan(2 * Number.EPSILON);
    if (x === 0) expect(heap[i]).toBe(1);
  });
});

test("correlations fall from 1 and stay numbers at any distance", () => {
  for (const family of [0, 1, 2]) {
    const heap = Float64Array.of(
      0,
      1e-300,
      0.25,
      1,
      1e4,
      1e300,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      ...Array(8).fill(0),
    );
    bindHeap(heap);
    correlate(family, 0, 64, 8);
    expect(heap[0]).toBe(1);
    for (let i = 1; i < 8; i++) expect(heap[i]).toBeLessThanOrEqual(heap[i - 1]!);
    expect(heap.every((value) => value >= 0)).toBe(true);
    expect(heap[7]).toBeLessThan(1e-290);
  }
});
