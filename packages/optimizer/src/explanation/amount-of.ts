import { readable } from "../readable.ts";

/** Returns a value with its unit as a person reads it; the unit "1" is not named. */
export function amountOf(value: number, unit: string): string {
  return unit === "1" ? readable(value) : `${readable(value)} ${unit}`;
}
