import { paretoFront } from "./pareto-front.ts";

// BoTorch's default, botorch/utils/multi_objective/hypervolume.py, infer_reference_point.
const BEYOND = 0.1;

/**
 * Returns the point from which hypervolume is counted when none was given: a tenth of the front's range below the worst that
 * the front has in each coordinate, larger being better. At least one point is needed.
 *
 * Where the front has no range, that of all points counts; where they have none either, the magnitude of the value, or 1 at 0.
 */
export function inferReference(points: readonly ArrayLike<number>[]): Float64Array {
  const front = paretoFront(points).map((index) => points[index] as ArrayLike<number>);
  return Float64Array.from({ length: points[0]?.length ?? 0 }, (_, j) => {
    const [worst, range] = extent(front, j);
    const scale = range || extent(points, j)[1] || Math.abs(worst) || 1;
    return worst - BEYOND * scale;
  });
}

/** The least value of one coordinate and the range of its values. */
function extent(points: readonly ArrayLike<number>[], coordinate: number): [least: number, range: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    least = Math.min(least, point[coordinate] as number);
    most = Math.max(most, point[coordinate] as number);
  }
  return [least, most - least];
}
