import { aboveReference, covers } from "./covers.ts";

/**
 * Returns the volume between a reference point and the points, larger being better: of all that lies above the reference and
 * below at least one point, in every coordinate.
 *
 * Exact but for rounding, in the product of the coordinates' units. Points that are dominated, repeated or not above the
 * reference add nothing; 0 without points. By slices along the last coordinate (L. While and others, "Heuristics for
 * optimising the calculation of hypervolume", CEC 2005), with what is dominated in a slice left out of it: order nᵐ⁻¹ for m
 * coordinates, meant for up to 4 of them and a few hundred points.
 */
export function hypervolume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  return volume(aboveReference(points, reference), reference, reference.length);
}

/** The volume in the first `width` coordinates of points that are all above the reference. */
function volume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>, width: number): number {
  const last = width - 1;
  const floor = reference[last] as number;
  if (last === 0) return points.reduce((most, point) => Math.max(most, point[0] as number), floor) - floor;
  const sorted = [...points].sort((a, b) => (b[last] as number) - (a[last] as number));
  if (width === 2) return area(sorted, reference);
  let sum = 0;
  let front: ArrayLike<number>[] = [];
  sorted.forEach((point, i) => {
    if (!front.some((other) => covers(other, point, last))) {
      front = front.filter((other) => !covers(point, other, last));
      front.push(point);
    }
    const thickness = (point[last] as number) - (sorted[i + 1]?.[last] ?? floor);
    if (thickness > 0) sum += thickness * volume(front, reference, last);
  });
  return sum;
}

/** Points in falling order of their second coordinate. */
function area(sorted: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  let sum = 0;
  let reached = reference[0] as number;
  for (const point of sorted) {
    const x = point[0] as number;
    if (x <= reached) continue;
    sum += (x - reached) * ((point[1] as number) - (reference[1] as number));
    reached = x;
  }
  return sum;
}
