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

/** Encoded designs as one model sees them: bent by its warps, with a lengthscale for each feature. */
export interface Sight {
  readonly place: ArrayLike<number>;
  readonly measured: readonly ArrayLike<number>[];
  readonly lengthscales: ArrayLike<number>;
}

/**
 * Returns the `count` measured designs nearest to a proposal, nearest first, equally near ones in lexicographic order;
 * fewer when there are fewer.
 *
 * Each model sees the same designs in its own way, and of each feature the one that sees it farthest apart counts; `nameOf` says what a
 * measured design is called.
 */
export function explainNeighbours(
  sights: readonly Sight[],
  nameOf: (index: number) => string,
  count: number,
): Explanation<readonly Neighbour[]> {
  const measured = sights[0]?.measured ?? [];
  const placeOf = ({ index }: Neighbour) => measured[index] as ArrayLike<number>;
  const numbers = measured
    .map((_, index) => ({ index, distance: scaledDistance(sights, index) }))
    .sort((a, b) => a.distance - b.distance || compareVectors(placeOf(a), placeOf(b)))
    .slice(0, count);
  if (numbers.length === 0) return { numbers, why: "nothing is measured near it, since nothing is measured" };
  const listed = numbers.map(({ index, distance }) => `${nameOf(index)} (${readable(distance)})`).join(", ");
  return { numbers, why: `nearest measured, and how many lengthscales away: ${listed}` };
}

function scaledDistance(sights: readonly Sight[], index: number): number {
  const features = sights[0]?.place.length ?? 0;
  let sum = 0;
  for (let j = 0; j < features; j++) {
    let apart = 0;
    for (const { place, measured, lengthscales } of sights) {
      const difference = (place[j] as number) - ((measured[index] as ArrayLike<number>)[j] as number);
      apart = Math.max(apart, Math.abs(difference / (lengthscales[j] as number)));
    }
    sum += apart ** 2;
  }
  // Beyond it lies a design so far off that its square is no double.
  return Math.min(Math.sqrt(sum), FARTHEST);
}
