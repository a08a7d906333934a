import { readableTo } from "../readable-to.ts";

/** Returns a value with its unit as a person reads it; the unit "1" is not named. What lies `finest` beside it, in that unit, is told apart. */
export function amountOf(value: number, unit: string, finest = 0): string {
  const told = readableTo(value, finest);
  return unit === "1" ? told : `${told} ${unit}`;
}
