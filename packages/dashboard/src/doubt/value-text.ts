import type { Value, ValueSpec } from "@labloop/contracts";
import { photoLimit } from "@labloop/contracts/photo";
import { type Format, unitSign } from "../i18n/format.ts";

/** Returns a value of a command as a person reads it; a series by how long it is. */
export function valueText(value: Value, format: Format): string {
  const { say, quantity, count } = format;
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (typeof value === "boolean") return say.doubt.result.boolean[value ? "true" : "false"];
  if ("sha256" in value) return megabytes(value.size, format);
  if ("values" in value) return say.doubt.result.seriesOf(count(value.values.length), unitSign(value.unit));
  return quantity(value.value, value.unit);
}

/** Returns how much there is of a photo. */
export function megabytes(bytes: number, { quantity }: Format): string {
  return quantity(Math.max(0.01, Math.round(bytes / 10_000) / 100), "MB");
}

/** Returns what a value has to be, as a hint beside its field: unit and bounds. */
export function specText(spec: ValueSpec, format: Format): string {
  const { say } = format;
  const { result } = say.doubt;
  if (spec.type === "series") return result.series(unitSign(spec.unit));
  if (spec.type === "string") {
    if (spec.example !== undefined) return result.like(spec.example);
    // Words say more than an expression: that is for where there are none.
    return spec.pattern === undefined || spec.description !== undefined ? "" : result.pattern(spec.pattern);
  }
  if (spec.type === "boolean") return "";
  if (spec.type === "photo") return say.photo.hint(megabytes(photoLimit(spec), format));
  const unit = spec.type === "quantity" ? unitSign(spec.unit) : "";
  const [least, most] = [spec.minimum, spec.maximum].map((bound) => (bound === undefined ? null : String(bound)));
  const bounds =
    least != null && most != null
      ? result.between(least, most)
      : least != null
        ? result.atLeast(least)
        : most != null
          ? result.atMost(most)
          : "";
  return [unit, bounds].filter((piece) => piece !== "").join(", ");
}
