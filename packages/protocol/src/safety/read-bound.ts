import type { Fault, Outcome, Quantity, ValueSpec } from "@labloop/contracts";
import { faultOf, refuse, succeed } from "../outcome.ts";
import { convert, mismatchMessage } from "../units/convert.ts";
import { parseQuantity } from "../units/parse-quantity.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { isAffine, isSameDimension } from "../units/unit.ts";

/**
 * Returns the bound that a text or a bare number states; no temperature lies below absolute zero, and a bound there never binds.
 * In kelvin it may be a difference, which lies where it likes.
 */
export function readBound(written: string | number): Outcome<Quantity> {
  if (typeof written === "string") {
    const quantity = parseQuantity(written);
    const unit = quantity.ok ? parseUnit(quantity.value.unit) : quantity;
    if (!quantity.ok || !unit.ok || !isAffine(unit.value)) return quantity;
    const kelvin = convert(quantity.value.value, quantity.value.unit, "K");
    if (!kelvin.ok || kelvin.value >= 0) return quantity;
    return refuse(
      "quantity.belowZero",
      `'${written}' is below absolute zero`,
      "no temperature is below 0 K, -273.15 degC",
    );
  }
  return Number.isFinite(written)
    ? succeed({ value: written, unit: "1" })
    : refuse("quantity.shape", "a bound is a finite number");
}

/** Returns the ms that a text such as `24 h` states; it must be longer than nothing, unless `isZeroAllowed`. */
export function readDuration(written: string, isZeroAllowed = false): Outcome<number> {
  const quantity = parseQuantity(written);
  if (!quantity.ok) return quantity;
  const seconds = convert(quantity.value.value, quantity.value.unit, "s");
  if (!seconds.ok) return seconds;
  const ms = Math.round(seconds.value * 1_000);
  return ms > 0 || (isZeroAllowed && ms === 0)
    ? succeed(ms)
    : refuse("safety.duration", `'${written}' is no time to wait`, "write a time such as 24 h");
}

/** Returns why a bound cannot be compared with what an operation takes as a parameter; undefined when it can. */
export function boundFault({ unit }: Quantity, spec: ValueSpec): Fault | undefined {
  if (spec.type !== "quantity" && spec.type !== "integer") {
    return faultOf("envelope.boundType", `a ${spec.type} has no bounds`, "bounds are for quantities and whole numbers");
  }
  return unitFault(unit, spec.type === "integer" ? "1" : spec.unit);
}

/** Returns why values in one unit cannot be compared with those in another; undefined when they can. */
export function unitFault(unit: string, wanted: string): Fault | undefined {
  const [given, asked] = [parseUnit(unit), parseUnit(wanted)];
  if (!given.ok) return given.faults[0];
  if (!asked.ok) return asked.faults[0];
  if (isSameDimension(given.value, asked.value)) return undefined;
  return faultOf("unit.dimension", mismatchMessage(given.value, asked.value), `write it in ${wanted}`);
}
