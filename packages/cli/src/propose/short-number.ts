const FEWEST = 6;
const MOST = 15;

/** Returns a number as a person reads it: six digits, without trailing zeros, or as many more as are asked for; the JSON has all of them. */
export function shortNumber(value: number, digits = FEWEST): string {
  return String(Number(value.toPrecision(Math.min(MOST, Math.max(FEWEST, digits)))));
}
