/** Returns whether `a` is nowhere worse than `b` in the first `width` coordinates, larger being better. */
export function covers(a: ArrayLike<number>, b: ArrayLike<number>, width: number): boolean {
  for (let j = 0; j < width; j++) if ((a[j] as number) < (b[j] as number)) return false;
  return true;
}

/** Returns the points that are above the reference in every coordinate. */
export function aboveReference<Point extends ArrayLike<number>>(
  points: readonly Point[],
  reference: ArrayLike<number>,
): Point[] {
  return points.filter((point) => {
    for (let j = 0; j < reference.length; j++) if (!((point[j] as number) > (reference[j] as number))) return false;
    return true;
  });
}
