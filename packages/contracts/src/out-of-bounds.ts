import type { OutcomeBounds } from "./campaign.ts";

/** Returns the names of the values that lie outside their bounds, each in the unit of both; a value that is not there breaks none. */
export function outOfBounds(
  values: Readonly<Record<string, { readonly value: number }>>,
  bounds: Readonly<Record<string, OutcomeBounds>>,
): string[] {
  return Object.entries(bounds).flatMap(([name, { min, max }]) => {
    const value = values[name]?.value;
    if (value === undefined) return [];
    return value < (min ?? Number.NEGATIVE_INFINITY) || value > (max ?? Number.POSITIVE_INFINITY) ? [name] : [];
  });
}
