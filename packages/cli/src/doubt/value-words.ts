import type { ValueSpec, ValueSpecs } from "@labloop/contracts";

/** Returns what to type for each value, for example `"mass=VALUE UNIT"`; what has no unit, or the unit 1, is given without. */
export function valueWords(specs: ValueSpecs): string {
  return Object.entries(specs)
    .map(([name, spec]) => `"${name}=VALUE${hasUnit(spec) ? " UNIT" : ""}"`)
    .join(" ");
}

function hasUnit(spec: ValueSpec): boolean {
  return (spec.type === "quantity" || spec.type === "series") && spec.unit !== "1";
}
