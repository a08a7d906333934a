import { compareVectors } from "../model/compare-vectors.ts";
import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

// The square root of the largest double, nearly.
const FARTHEST = 1e154;

/** A measured design near a proposal. */
export interface Neighbour {
  /** Among the measured designs given. */
  readonly index: number;
  /** In lengthscales: below about 1 it tells much about the proposal, beyond 2 little; at most 1e154. */
  readonly distance: number;
}

/**
 * Returns the `count` measured designs nearest to a proposal, nearest first, equally near ones in lexicographic order;
 * fewer when there are fewer.
 *
 * Features are encoded as for the model, `lengthscales` one a feature; `nameOf` says what a measured design is called.
 */
export function explainNeighbours(
  place: ArrayLike<number>,
  measured: readonly ArrayLike<number>[],
  lengthscales: ArrayLike<number>,
  nameOf: (index: number) => string,
  count: number,
): Explanation<readonly Neighbour[]> {
  const placeOf = ({ index }: Neighbour) => measured[index] as ArrayLike<number>;
  const numbers = measured
    .map((other, index) => ({ index, distance: scaledDistance(place, other, lengthscales) }))
    .sort((a, b) => a.distance - b.distance || compareVectors(placeOf(a), placeOf(b)))
    .slice(0, count);
  if (numbers.length === 0) return { numbers, why: "nothing is measured near it, since nothing is measured" };
  const listed = numbers.map(({ index, distance }) => `${nameOf(index)} (${readable(distance)})`).join(", ");
  return { numbers, why: `nearest measured, and how many lengthscales away: ${listed}` };
}

function scaledDistance(a: ArrayLike<number>, b: ArrayLike<number>, lengthscales: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (((a[j] as number) - (b[j] as number)) / (lengthscales[j] as number)) ** 2;
  // Beyond it lies a design so far off that its square is no double.
  return Math.min(Math.sqrt(sum), FARTHEST);
}
