import { covers } from "./covers.ts";

/**
 * Returns the indices, rising, of the points that no other dominates; larger is better in every coordinate.
 *
 * One point dominates another when it is nowhere worse and somewhere better, so equal points stay or go together. All points
 * have the same number of finite coordinates. Order n²·m.
 */
export function paretoFront(points: readonly ArrayLike<number>[]): number[] {
  return points.flatMap((point, i) =>
    points.some((other) => covers(other, point, point.length) && !covers(point, other, point.length)) ? [] : [i],
  );
}
