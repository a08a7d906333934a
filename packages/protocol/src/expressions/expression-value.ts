import type { Fault, Outcome, Value } from "@labloop/contracts";
import { parseUnit } from "../units/parse-unit.ts";
import { one, type Unit } from "../units/unit.ts";

/** What an expression gives, as far as it is known before there are values. */
export type ExpressionType =
  | { readonly kind: "quantity"; readonly unit: Unit }
  | { readonly kind: "series"; readonly unit: Unit }
  | { readonly kind: "string" }
  | { readonly kind: "boolean" }
  | { readonly kind: "device"; readonly role: string }
  | { readonly kind: "place"; readonly place: string };

/** What an expression gives; every value is of its own type. */
export type ExpressionValue =
  | { readonly kind: "quantity"; readonly unit: Unit; readonly value: number }
  | { readonly kind: "series"; readonly unit: Unit; readonly values: readonly number[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "device"; readonly role: string }
  | { readonly kind: "place"; readonly place: string };

/** A number or a series of them. */
export type NumericType = Extract<ExpressionType, { unit: Unit }>;
export type NumericValue = Extract<ExpressionValue, { unit: Unit }>;

/** How the words of an expression are understood: `reference` for dotted names, `call` for functions of names. */
export interface Scope<T> {
  reference(path: readonly string[]): Outcome<T>;
  /** The functions that take names instead of values, such as `lookup`; undefined when there is none so called. */
  readonly namedCalls: Readonly<Record<string, NamedCall<T>>>;
}

/** A function that takes names: texts and dotted references as they are written. */
export type NamedCall<T> = (names: readonly (readonly string[])[]) => Outcome<T>;

/** Returns what kind of thing a type is, in words. */
export function describeType(type: ExpressionType): string {
  switch (type.kind) {
    case "quantity":
      return type.unit.code === "1" ? "a number" : `a quantity in ${type.unit.code}`;
    case "series":
      return `a series in ${type.unit.code}`;
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "device":
      return "a device";
    case "place":
      return "a place";
  }
}

/** What is seen in a photo is for people. */
export const noPhoto: Fault = {
  code: "expression.photo",
  message: "nothing can be calculated from a photo",
  hint: "ask for what it shows as a value of its own",
};

/** Returns a contract's value as an expression's; fails when its unit is unknown. */
export function fromValue(value: Value): Outcome<ExpressionValue> {
  if (typeof value === "number") return { ok: true, value: { kind: "quantity", unit: one, value } };
  if (typeof value === "string") return { ok: true, value: { kind: "string", value } };
  if (typeof value === "boolean") return { ok: true, value: { kind: "boolean", value } };
  if ("sha256" in value) return { ok: false, faults: [noPhoto] };
  const unit = parseUnit(value.unit);
  if (!unit.ok) return unit;
  if ("values" in value) return { ok: true, value: { kind: "series", unit: unit.value, values: value.values } };
  return { ok: true, value: { kind: "quantity", unit: unit.value, value: value.value } };
}
