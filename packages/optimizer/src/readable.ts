/** Returns a number as a person reads it: three significant digits, without trailing zeros. */
export function readable(value: number): string {
  return String(Number(value.toPrecision(3)));
}
