import type { Value, Values, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { convert } from "@labloop/protocol/units";

const place = /\{([A-Za-z_]\w*)((?::[^:{}]+)*)\}/gu;

interface Place {
  readonly name: string;
  readonly unit: string | null;
  readonly format: string | null;
}

function placesOf(template: string): Place[] {
  return [...template.matchAll(place)].map(([, name = "", rest = ""]) => placeOf(name, rest));
}

function placeOf(name: string, rest: string): Place {
  const parts = rest.split(":").slice(1);
  return {
    name,
    unit: parts.find((part) => !part.startsWith("%")) ?? null,
    format: parts.find((part) => part.startsWith("%")) ?? null,
  };
}

/**
 * Returns what is wrong with the places of a template, in words; nothing when every one can be filled. Of a parameter whose
 * declaration was refused (`isKnown`) nothing is said.
 */
export function wrongWithTemplate(
  template: string,
  params: ValueSpecs,
  isKnown: (name: string) => boolean = () => true,
): string[] {
  return placesOf(template).flatMap(({ name, unit, format }) => {
    if (!isKnown(name)) return [];
    const spec = params[name];
    if (spec === undefined) {
      const known = Object.keys(params).join(", ") || "none";
      return [`the template names "${name}", which is no parameter; parameters here: ${known}`];
    }
    const wrong: string[] = [];
    if (spec.type === "series") wrong.push(`"${name}" is a series, which no line can carry`);
    if (unit !== null) {
      const converted = spec.type === "quantity" ? convert(1, spec.unit, unit) : null;
      if (converted === null) wrong.push(`"${name}" has no unit, and is asked for in ${unit}`);
      else if (!converted.ok) wrong.push(`"${name}": ${converted.faults.map(({ message }) => message).join("; ")}`);
    }
    if (format !== null && !/^%(\.\d+[fe]|d)$/u.test(format)) {
      wrong.push(`"${name}" has the format "${format}"; there are %.3f, %.3e and %d`);
    }
    if (format !== null && spec.type !== "quantity" && spec.type !== "integer") {
      wrong.push(`"${name}" is no number, and has a format for numbers`);
    }
    return wrong;
  });
}

/** Returns the line with the parameters in their places; `escape` is put around each, for patterns. */
export function fill(
  template: string,
  params: Values,
  specs: ValueSpecs,
  escape: (text: string) => string = (text) => text,
): string {
  return template.replace(place, (whole: string, name: string, rest: string) => {
    const { unit, format } = placeOf(name, rest);
    const value = params[name];
    const spec = specs[name];
    return value === undefined || spec === undefined ? whole : escape(textOf(value, spec, unit, format));
  });
}

function textOf(value: Value, spec: ValueSpec, unit: string | null, format: string | null): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return value;
  const number = typeof value === "number" ? value : "value" in value ? inUnit(value.value, spec, unit) : Number.NaN;
  if (format === "%d") return String(Math.round(number));
  const digits = Number(/\d+/u.exec(format ?? "")?.[0] ?? 0);
  if (format?.endsWith("f") === true) return number.toFixed(digits);
  if (format?.endsWith("e") === true) return number.toExponential(digits);
  return String(number);
}

function inUnit(value: number, spec: ValueSpec, unit: string | null): number {
  if (unit === null || spec.type !== "quantity") return value;
  return converted(value, spec.unit, unit);
}

/** Returns a value in another unit, without the noise of the multiplication; both were checked with the declaration. */
export function converted(value: number, from: string, to: string): number {
  if (from === to) return value;
  const outcome = convert(value, from, to);
  // 12 digits: chosen, more than any instrument resolves.
  return outcome.ok ? Number(outcome.value.toPrecision(12)) : Number.NaN;
}

/** Returns parameters as the lines that set an act off say them: a format may have rounded one. */
export function sentOf(
  lines: readonly ({ tell: string } | { ask: string })[],
  params: Values,
  specs: ValueSpecs,
): Values {
  const sent: Values = { ...params };
  for (const line of lines) {
    for (const { name, unit, format } of placesOf("tell" in line ? line.tell : line.ask)) {
      const [value, spec] = [params[name], specs[name]];
      if (format === null || value === undefined || spec === undefined) continue;
      const said = Number(textOf(value, spec, unit, format));
      if (spec.type === "quantity")
        sent[name] = { value: unit === null ? said : converted(said, unit, spec.unit), unit: spec.unit };
      else if (spec.type === "integer") sent[name] = said;
    }
  }
  return sent;
}
