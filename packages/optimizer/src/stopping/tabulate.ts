/**
 * Returns a function as straight pieces between `pieces + 1` values from `low` to `high`, and as it is at the ends beyond them; as constant
 * where they do not differ.
 */
export function tabulate(
  of: (value: number) => number,
  low: number,
  high: number,
  pieces: number,
): (value: number) => number {
  const step = (high - low) / pieces;
  if (!(step > 0)) {
    const only = of(low);
    return () => only;
  }
  const knots = Float64Array.from({ length: pieces + 1 }, (_, k) => of(low + k * step));
  const last = pieces - 1;
  return (value) => {
    const at = Math.min(pieces, Math.max(0, (value - low) / step));
    const k = Math.min(last, Math.floor(at));
    const start = knots[k] as number;
    return start + (at - k) * ((knots[k + 1] as number) - start);
  };
}
