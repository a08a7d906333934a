import type { Outcome, Quantity } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { parseUnit } from "./parse-unit.ts";

const shape = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*)?$/s;

/** Returns the quantity that a text such as `25 mm` states, with its unit in its one spelling; `25` alone has unit `1`. */
export function parseQuantity(text: string): Outcome<Quantity> {
  const trimmed = text.trim();
  if (/^[+-]?\d+,\d/.test(trimmed)) {
    return refuse("quantity.comma", `'${shorten(trimmed)}' has a comma in its number`, "write a decimal point");
  }
  const parts = shape.exec(trimmed);
  if (parts === null) {
    return refuse("quantity.shape", `'${shorten(trimmed)}' is no quantity`, "write a number and a unit, such as 25 mm");
  }
  const value = Number(parts[1]);
  if (!Number.isFinite(value)) return refuse("quantity.shape", `'${parts[1]}' is too large for a number`);
  const unit = parseUnit(parts[2] ?? "1");
  return unit.ok ? succeed({ value, unit: unit.value.code }) : unit;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
