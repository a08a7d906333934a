import type { Design, SearchSpace } from "@labloop/contracts";
import { pointText, rounded } from "../report/lines.ts";
import { unitText } from "../report/unit-text.ts";

/** Returns how long something takes, in one unit a person would choose. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 100 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Returns a value with four digits and its unit; the unit 1 is left out. */
export function valueText(value: number, unit: string): string {
  return `${rounded(value)}${unitText(unit)}`;
}

/** Returns a value with its interval, for example `40.58 J (90 %: 37.26 – 43.89)`. */
export function intervalText(value: number, [low, high]: readonly [number, number], unit: string): string {
  return `${valueText(value, unit)} (90 %: ${rounded(low)} – ${rounded(high)})`;
}

/** Returns a point in the order of the search space, however the record that carries it was written. */
export function orderedPointText(point: Design, { parameters }: SearchSpace): string {
  const known = parameters.flatMap(({ name }) => (point[name] === undefined ? [] : [[name, point[name]] as const]));
  return pointText(Object.fromEntries(known));
}
