import type { PhotoReference, Value, Values, ValueSpec, ValueSpecs } from "@labloop/contracts";
import { convert, parseQuantity } from "@labloop/protocol/units";

/** What is wrong with one value that was entered, and the bound or list that it breaks. */
export interface ResultFault {
  readonly name: string;
  readonly why:
    | "missing"
    | "notInUnit"
    | "notNumber"
    | "notInteger"
    | "below"
    | "above"
    | "notListed"
    | "notOfPattern"
    | "noPhoto";
  readonly limit: string;
}

/** Values as a person has entered them, by name: as text, or as a photo that was sent. */
export type Entered = Readonly<Record<string, string | PhotoReference>>;

/**
 * Returns a result as a person has entered it, name by name, or everything that is wrong with it. Series are numbers with
 * blanks, commas or line ends between them. The server checks it again as it would the device's own.
 */
export function readResult(
  specs: ValueSpecs,
  entered: Entered,
): { readonly ok: true; readonly values: Values } | { readonly ok: false; readonly faults: readonly ResultFault[] } {
  const values: Record<string, Value> = {};
  const faults: ResultFault[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const given = entered[name] ?? "";
    const read =
      spec.type === "photo" ? readPhoto(given) : readValue(spec, typeof given === "string" ? given.trim() : "");
    if ("why" in read) faults.push({ name, ...read });
    else values[name] = read.value;
  }
  return faults.length === 0 ? { ok: true, values } : { ok: false, faults };
}

type Read = { readonly value: Value } | Omit<ResultFault, "name">;

function readPhoto(given: string | PhotoReference): Read {
  return typeof given === "string" ? { why: "noPhoto", limit: "" } : { value: given };
}

function readValue(spec: Exclude<ValueSpec, { type: "photo" }>, text: string): Read {
  if (text === "") return { why: "missing", limit: "" };
  switch (spec.type) {
    case "quantity": {
      const number = inUnit(text, spec.unit);
      if (number === null) return { why: "notInUnit", limit: spec.unit };
      const read = withinBounds(number, spec);
      return "why" in read ? read : { value: { value: number, unit: spec.unit } };
    }
    case "integer": {
      if (Number.isFinite(Number(text)) && !Number.isSafeInteger(Number(text))) return { why: "notInteger", limit: "" };
      return withinBounds(Number(text), spec);
    }
    case "series": {
      const numbers = text.split(/[\s,;]+/).filter((piece) => piece !== "");
      if (numbers.length === 0 || numbers.some((piece) => !Number.isFinite(Number(piece)))) {
        return { why: "notNumber", limit: "" };
      }
      return { value: { values: numbers.map(Number), unit: spec.unit } };
    }
    case "boolean":
      return { value: text === "true" };
    case "string":
      if (spec.enum !== undefined && !spec.enum.includes(text)) {
        return { why: "notListed", limit: spec.enum.join(", ") };
      }
      if (spec.pattern !== undefined && !new RegExp(spec.pattern, "u").test(text)) {
        return { why: "notOfPattern", limit: spec.example ?? "" };
      }
      return { value: text };
  }
}

/** A bare number is in the unit that is asked for; `2300 mg` is 2.3 g. Null for what cannot be so given. */
function inUnit(text: string, unit: string): number | null {
  if (!/[a-zA-Z°µμ%]/.test(text.replace(/[eE][+-]?\d+$/, ""))) return Number(text);
  const given = parseQuantity(text);
  const converted = given.ok ? convert(given.value.value, given.value.unit, unit) : given;
  return converted.ok ? converted.value : null;
}

function withinBounds(
  value: number,
  { minimum, maximum }: { readonly minimum?: number | undefined; readonly maximum?: number | undefined },
): { readonly value: number } | Omit<ResultFault, "name"> {
  if (!Number.isFinite(value)) return { why: "notNumber", limit: "" };
  if (minimum !== undefined && value < minimum) return { why: "below", limit: String(minimum) };
  if (maximum !== undefined && value > maximum) return { why: "above", limit: String(maximum) };
  return { value };
}
