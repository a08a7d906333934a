import type { Random } from "../random/create-random.ts";

/** How far points reach from a reference point in directions of their own, larger being better. */
export interface FrontReach {
  readonly reference: Float64Array;
  /** Of direction l the reciprocal of its coordinate j stands at l·m + j. */
  readonly steps: Float64Array;
  /** Of each direction how far it is to where no point is beyond; 0 without one. */
  readonly reached: Float64Array;
}

// A normal draw may be 0, and nothing is to reach infinitely far.
const LEAST = 1e-12;

/**
 * Returns the reach of no points, in `count` directions drawn evenly.
 *
 * The hypervolume of points goes with the mean over all directions of the m-th power of their reach (D. Golovin and Q. Zhang,
 * "Random hypervolume scalarizations for provable multi-objective black box optimization", ICML 2020): what a point adds costs the same
 * however many there are.
 */
export function reachFrom(reference: ArrayLike<number>, count: number, random: Random): FrontReach {
  const width = reference.length;
  const steps = new Float64Array(count * width);
  for (let at = 0; at < steps.length; at += width) {
    const draws = Array.from({ length: width }, () => Math.max(LEAST, Math.abs(random.normal())));
    const length = Math.sqrt(draws.reduce((sum, own) => sum + own * own, 0));
    draws.forEach((own, j) => (steps[at + j] = length / own));
  }
  return { reference: Float64Array.from(reference), steps, reached: new Float64Array(count) };
}

/** Returns a reach as far, which may go on by itself. */
export function copyReach({ reached, ...rest }: FrontReach): FrontReach {
  return { ...rest, reached: reached.slice() };
}

/** Returns what the point whose m coordinates begin at `from` would add: in proportion to hypervolume, and only to be compared. */
export function gainInReach({ reference, steps, reached }: FrontReach, points: Float64Array, from = 0): number {
  const width = reference.length;
  const first = (points[from] as number) - (reference[0] as number);
  let sum = 0;
  for (let l = 0, at = 0; l < reached.length; l++, at += width) {
    const before = reached[l] as number;
    let far = first * (steps[at] as number);
    for (let j = 1; j < width && far > before; j++) {
      const own = ((points[from + j] as number) - (reference[j] as number)) * (steps[at + j] as number);
      if (own < far) far = own;
    }
    if (!(far > before)) continue;
    let beyond = far;
    let had = before;
    for (let j = 1; j < width; j++) {
      beyond *= far;
      had *= before;
    }
    sum += beyond - had;
  }
  return sum;
}

/** Takes a point in. */
export function extendReach({ reference, steps, reached }: FrontReach, point: ArrayLike<number>): void {
  const width = reference.length;
  for (let l = 0, at = 0; l < reached.length; l++, at += width) {
    let far = Number.POSITIVE_INFINITY;
    for (let j = 0; j < width; j++) {
      far = Math.min(far, ((point[j] as number) - (reference[j] as number)) * (steps[at + j] as number));
    }
    reached[l] = Math.max(reached[l] as number, far);
  }
}
