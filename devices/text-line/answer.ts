import { LabError, type Value, type Values, type ValueSpec, type ValueSpecs } from "@labloop/contracts";
import { converted } from "./template.ts";

/** Returns the named groups of a pattern; null when it is no regular expression. */
export function groupsOf(pattern: string): string[] | null {
  try {
    return Object.keys(new RegExp(`${pattern}|`, "u").exec("")?.groups ?? {});
  } catch {
    return null;
  }
}

/** Returns whether a line matches a pattern. */
export function matches(pattern: string, line: string): boolean {
  return new RegExp(pattern, "u").test(line);
}

/** Returns the values that a line carries in the groups of a pattern, in the units of their specs; null when it does not match. */
export function valuesIn(
  line: string,
  pattern: string,
  specs: ValueSpecs,
  units: Readonly<Record<string, string>>,
): Values | null {
  const groups = new RegExp(pattern, "u").exec(line)?.groups;
  if (groups === undefined) return null;
  const values: Values = {};
  for (const [name, spec] of Object.entries(specs)) {
    const text = groups[name];
    if (text !== undefined) values[name] = valueOf(name, text.trim(), spec, units[name]);
  }
  return values;
}

function valueOf(name: string, text: string, spec: ValueSpec, unit: string | undefined): Value {
  switch (spec.type) {
    case "string":
      return text;
    case "boolean":
      return /^(1|ON|TRUE|YES)$/iu.test(text);
    case "integer":
      return numberIn(name, text);
    case "quantity":
      return { value: converted(numberIn(name, text), unit ?? spec.unit, spec.unit), unit: spec.unit };
    case "series": {
      const values = text.split(/[,;\s]+/u).map((one) => converted(numberIn(name, one), unit ?? spec.unit, spec.unit));
      return { values, unit: spec.unit };
    }
    case "photo":
      throw new LabError("text.noPhoto", `an instrument that speaks in lines takes no photo for ${name}`);
  }
}

/** Returns the number that a text is, or null. */
export function numberOrNull(text: string): number | null {
  const number = text === "" ? Number.NaN : Number(text);
  // SCPI says 9.91E37 for "not a number" and 9.9E37 for "out of range" (SCPI-99, 7.2.1.4 and 7.2.1.5).
  return Number.isFinite(number) && Math.abs(number) < 9.9e37 ? number : null;
}

function numberIn(name: string, text: string): number {
  const number = numberOrNull(text);
  if (number !== null) return number;
  throw new LabError("text.noNumber", `the instrument gave "${text}" for ${name}, which is no number`);
}
