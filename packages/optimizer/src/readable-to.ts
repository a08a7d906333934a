// A double has no more digits that count.
const MOST = 15;
const FEWEST = 3;

/**
 * Returns a number with as many digits as tell it from what lies `finest` beside it, three at least, without trailing zeros; `finest` is in the
 * number's unit, and 0 asks for no more than three.
 */
export function readableTo(value: number, finest: number): string {
  const digits = finest > 0 && value !== 0 ? 1 + magnitudeOf(value) - magnitudeOf(finest) : FEWEST;
  return String(Number(value.toPrecision(Math.min(MOST, Math.max(FEWEST, digits)))));
}

/** The power of ten of a number's first digit. */
function magnitudeOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}
