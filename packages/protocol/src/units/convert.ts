import type { Outcome } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { parseUnit } from "./parse-unit.ts";
import { dimensionName, isSameDimension, rescale, type Unit } from "./unit.ts";

/** Returns a value given in one unit in another; fails when a unit is unknown or they measure different things. */
export function convert(value: number, from: string, to: string): Outcome<number> {
  const source = parseUnit(from);
  const target = parseUnit(to);
  if (!source.ok || !target.ok) {
    return { ok: false, faults: [source, target].flatMap((unit) => (unit.ok ? [] : unit.faults)) };
  }
  return convertUnits(value, source.value, target.value);
}

/** Returns a value in another unit; fails when the two measure different things. */
export function convertUnits(value: number, from: Unit, to: Unit): Outcome<number> {
  if (isSameDimension(from, to)) return succeed(rescale(value, from, to));
  return refuse("unit.dimension", mismatchMessage(from, to));
}

/** Returns the words for two units that do not measure the same. */
export function mismatchMessage(from: Unit, to: Unit): string {
  const [a, b] = [dimensionName(from.dimension), dimensionName(to.dimension)];
  return `'${from.code}' is ${a}, but '${to.code}' is ${b}`;
}
