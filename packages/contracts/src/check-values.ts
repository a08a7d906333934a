import type { Fault } from "./fault.ts";
import { photoLimit } from "./photo.ts";
import type { Value, ValueSpec, ValueSpecs, Values } from "./quantity.ts";

/** Returns every way in which the values are not what the specs ask for; every name is required, and no other known. */
export function checkValues(specs: ValueSpecs, values: Values): Fault[] {
  const faults: Fault[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const value = values[name];
    const wrong = value === undefined ? "it is missing" : wrongWith(spec, value);
    if (wrong !== null) faults.push({ code: "device.valueInvalid", path: name, message: `${name}: ${wrong}` });
  }
  for (const name of Object.keys(values)) {
    if (specs[name] !== undefined) continue;
    faults.push({ code: "device.valueInvalid", path: name, message: `${name}: this operation has no such value` });
  }
  return faults;
}

function wrongWith(spec: ValueSpec, value: Value): string | null {
  switch (spec.type) {
    case "quantity":
      if (typeof value !== "object" || !("value" in value)) return `it must be a quantity in ${spec.unit}`;
      return wrongUnit(spec.unit, value.unit) ?? outOfBounds(spec, value.value);
    case "series":
      if (typeof value !== "object" || !("values" in value)) return `it must be a series in ${spec.unit}`;
      return wrongUnit(spec.unit, value.unit);
    case "string":
      if (typeof value !== "string") return "it must be a text";
      if (spec.enum !== undefined && !spec.enum.includes(value)) return `it must be one of ${spec.enum.join(", ")}`;
      if (spec.pattern !== undefined && !new RegExp(spec.pattern, "u").test(value)) {
        return spec.example === undefined ? `it must match ${spec.pattern}` : `it must be like ${spec.example}`;
      }
      return null;
    case "integer":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return "it must be an integer";
      return outOfBounds(spec, value);
    case "boolean":
      return typeof value === "boolean" ? null : "it must be true or false";
    case "photo":
      if (typeof value !== "object" || !("sha256" in value)) return "it must be a photo";
      return value.size > photoLimit(spec) ? `it has ${value.size} bytes, at most ${photoLimit(spec)}` : null;
  }
}

function wrongUnit(wanted: string, given: string): string | null {
  return wanted === given ? null : `its unit must be ${wanted}, not ${given}`;
}

function outOfBounds(
  { minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined },
  value: number,
): string | null {
  if (!Number.isFinite(value)) return "it must be finite";
  if (minimum !== undefined && value < minimum) return `${value} is below the minimum of ${minimum}`;
  if (maximum !== undefined && value > maximum) return `${value} is above the maximum of ${maximum}`;
  return null;
}
