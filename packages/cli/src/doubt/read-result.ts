import { readFileSync } from "node:fs";
import {
  checkValues,
  type Fault,
  LabError,
  type Outcome,
  photoLimit,
  type Value,
  Values,
  type ValueSpec,
  type ValueSpecs,
} from "@labloop/contracts";
import { convert } from "@labloop/protocol/units";

/**
 * Returns a result as it was given, `name=value unit` for each value or a JSON file, or everything in it that is not what
 * the operation returns. Null when none was given.
 */
export function readResult(
  specs: ValueSpecs,
  given: { readonly result?: readonly string[] | undefined; readonly resultJson?: string | undefined },
): Outcome<Values> | null {
  const { result, resultJson } = given;
  if (result !== undefined && resultJson !== undefined) {
    throw new LabError("usage.twoResults", "give the result with --result or with --result-json, not with both");
  }
  if (resultJson !== undefined) return checked(specs, readFile(resultJson));
  return result === undefined ? null : checked(specs, readWords(specs, result));
}

function checked(specs: ValueSpecs, read: Outcome<Values>): Outcome<Values> {
  if (!read.ok) return read;
  const faults = checkValues(specs, read.value).map((fault): Fault => ({ ...fault, code: "doubt.badResult" }));
  return faults.length === 0 ? read : { ok: false, faults: withWanted(specs, faults) };
}

function withWanted(specs: ValueSpecs, faults: readonly Fault[]): Fault[] {
  const wanted = Object.entries(specs).map(([name, spec]) => `${name} ${specText(spec)}`);
  const hint = wanted.length === 0 ? "this operation returns no values" : `wanted: ${wanted.join("; ")}`;
  return faults.map((fault, index) => (index === faults.length - 1 ? { ...fault, hint } : fault));
}

/** Returns what a value has to be, for example `in g, from 0 to 50`. */
export function specText(spec: ValueSpec): string {
  if (spec.type === "boolean") return "true or false";
  if (spec.type === "string" && spec.example !== undefined) return `a text such as ${spec.example}`;
  if (spec.type === "string") return spec.enum === undefined ? "a text" : `one of ${spec.enum.join(", ")}`;
  if (spec.type === "photo") return `a photo (JPEG, PNG or WebP), at most ${photoLimit(spec) / 1e6} MB`;
  if (spec.type === "series") return `numbers${spec.unit === "1" ? "" : ` in ${spec.unit}`}, with commas between them`;
  const { minimum, maximum } = spec;
  const kind = spec.type === "integer" ? "a whole number" : spec.unit === "1" ? "a number" : `in ${spec.unit}`;
  const bounds =
    minimum === undefined
      ? maximum === undefined
        ? ""
        : `, at most ${maximum}`
      : maximum === undefined
        ? `, at least ${minimum}`
        : `, from ${minimum} to ${maximum}`;
  return `${kind}${bounds}`;
}

function readFile(file: string): Outcome<Values> {
  const bad = (message: string): Outcome<Values> => ({
    ok: false,
    faults: [{ code: "doubt.badResult", message, file }],
  });
  try {
    const read = Values.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return read.success
      ? { ok: true, value: read.data }
      : bad('it is not named values, such as {"mass": {"value": 3.5, "unit": "g"}}');
  } catch (error) {
    return bad(`it cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A word without `=` goes on where the last one ended: `mass=3.5 g` may come as two. */
function readWords(specs: ValueSpecs, words: readonly string[]): Outcome<Values> {
  const pairs: string[] = [];
  for (const word of words) {
    if (word.includes("=") || pairs.length === 0) pairs.push(word);
    else pairs.push(`${pairs.pop() ?? ""} ${word}`);
  }
  const values: Record<string, Value> = {};
  const faults: Fault[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [name, text] = [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
    if (at < 1) faults.push({ code: "doubt.badResult", message: `"${pair}" is not name=value unit` });
    else if (Object.hasOwn(values, name)) {
      faults.push({ code: "doubt.badResult", message: `${name} is given twice: which of the two counts?`, path: name });
    } else values[name] = valueOf(specs[name], text);
  }
  return faults.length === 0 ? { ok: true, value: values } : { ok: false, faults };
}

/** What the text does not say stays as it is: the check against the specs names it. */
function valueOf(spec: ValueSpec | undefined, text: string): Value {
  const [number = "", ...unit] = text.split(/\s+/);
  switch (spec?.type) {
    case "quantity":
      return inUnit(numberOf(number), unit.join(" "), spec.unit);
    case "series":
      return { values: number.split(",").map(numberOf), unit: unit.join(" ") || oneOf(spec.unit) };
    case "integer":
      return numberOf(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "string":
    // A photo is handed in as a file, not as a word.
    case "photo":
    case undefined:
      return text;
  }
}

/** 2300 mg is 2.3 g; what cannot be given in the unit that is wanted stays as it is. */
function inUnit(value: number, given: string, wanted: string): Value {
  if (given === "") return { value, unit: oneOf(wanted) };
  const converted = convert(value, given, wanted);
  return converted.ok ? { value: converted.value, unit: wanted } : { value, unit: given };
}

/** The unit of what was given without one: nothing is left out of a number in the unit 1. */
function oneOf(wanted: string): string {
  return wanted === "1" ? "1" : "";
}

function numberOf(text: string): number {
  return text === "" ? Number.NaN : Number(text);
}
