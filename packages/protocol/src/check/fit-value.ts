import type { Fault, Outcome, Value, ValueSpec } from "@labloop/contracts";
import { describeType, type ExpressionType, type ExpressionValue } from "../expressions/expression-value.ts";
import { faultOf, refuse, succeed } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import { convertUnits, mismatchMessage } from "../units/convert.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { isSameDimension, one } from "../units/unit.ts";
import type { DeviceSpec } from "./checked-protocol.ts";

/** Returns nothing when an expression of a type can give what a device asks for; else why it cannot. */
export function fitType(type: ExpressionType, spec: ValueSpec): Fault | undefined {
  if (spec.type === "string" && (type.kind === "string" || type.kind === "device" || type.kind === "place"))
    return undefined;
  if (spec.type === "boolean" && type.kind === "boolean") return undefined;
  if (type.kind !== "quantity" || (spec.type !== "quantity" && spec.type !== "integer")) {
    return faultOf("protocol.paramType", `this must be ${describeSpec(spec)}, not ${describeType(type)}`);
  }
  const unit = spec.type === "integer" ? succeed(one) : parseUnit(spec.unit);
  if (!unit.ok) return unit.faults[0];
  if (isSameDimension(type.unit, unit.value)) return undefined;
  return faultOf("protocol.paramUnit", `this must be ${describeSpec(spec)}: ${mismatchMessage(type.unit, unit.value)}`);
}

/** Returns a value as a command carries it, in the unit of its spec, when every device that may get it allows it. */
export function fitValue(value: ExpressionValue, specs: readonly DeviceSpec[]): Outcome<Value> {
  const spec = specs[0]?.spec;
  if (spec === undefined) return refuse("protocol.paramUnknown", "no device asks for this");
  const mistyped = fitType(value, spec);
  if (mistyped !== undefined) return { ok: false, faults: [mistyped] };
  const fitted = toValue(value, spec);
  if (!fitted.ok) return fitted;
  const faults = specs.flatMap(({ device, spec: limits }) => limitFaults(fitted.value, device, limits));
  return faults.length > 0 ? { ok: false, faults } : fitted;
}

/** Returns why a device's id, a place or a text cannot be given to devices that restrict their texts. */
export function limitFaults(value: Value, device: string, spec: ValueSpec): Fault[] {
  if (spec.type === "string" && typeof value === "string") return textFaults(value, device, spec);
  if (spec.type !== "quantity" && spec.type !== "integer") return [];
  const number = typeof value === "object" && "value" in value ? value.value : Number(value);
  const unit = spec.type === "quantity" && spec.unit !== "1" ? ` ${spec.unit}` : "";
  const above = spec.maximum !== undefined && number > spec.maximum;
  const below = spec.minimum !== undefined && number < spec.minimum;
  if (!above && !below) return [];
  const limit = above ? `above the maximum of ${spec.maximum}` : `below the minimum of ${spec.minimum}`;
  const allowed = `${device} allows ${spec.minimum ?? "any"} to ${spec.maximum ?? "any"}${unit}`;
  return [faultOf("protocol.limitExceeded", `${number}${unit} is ${limit}${unit} of ${device}`, allowed)];
}

/** Returns what a spec asks for, in words. */
export function describeSpec(spec: ValueSpec): string {
  switch (spec.type) {
    case "quantity":
      return spec.unit === "1" ? "a number" : `a quantity in ${spec.unit}`;
    case "series":
      return `a series in ${spec.unit}`;
    case "string":
      return "a text";
    case "integer":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "photo":
      return "a photo";
  }
}

function toValue(value: ExpressionValue, spec: ValueSpec): Outcome<Value> {
  if (value.kind === "device") return succeed(value.role);
  if (value.kind === "place") return succeed(value.place);
  if (value.kind === "series") return refuse("protocol.paramType", "a series cannot be a parameter");
  if (value.kind !== "quantity") return succeed(value.value);
  if (spec.type === "integer") {
    const count = convertUnits(value.value, value.unit, one);
    if (!count.ok || Number.isSafeInteger(count.value)) return count;
    return refuse("protocol.paramType", `this must be a whole number, not ${count.value}`);
  }
  if (spec.type !== "quantity") return refuse("protocol.paramType", `this must be ${describeSpec(spec)}`);
  const unit = parseUnit(spec.unit);
  const number = unit.ok ? convertUnits(value.value, value.unit, unit.value) : unit;
  if (!number.ok) return number;
  if (!Number.isFinite(number.value)) return refuse("expression.notFinite", "this is not a finite number");
  return succeed({ value: number.value, unit: spec.unit });
}

function textFaults(value: string, device: string, spec: ValueSpec & { type: "string" }): Fault[] {
  if (spec.enum !== undefined && !spec.enum.includes(value)) {
    const hint = suggestOrList(value, spec.enum, `${device} allows`);
    return [faultOf("protocol.limitExceeded", `'${value}' is not among the values of ${device}`, hint)];
  }
  if (spec.pattern === undefined || matches(spec.pattern, value)) return [];
  return [
    faultOf(
      "protocol.limitExceeded",
      `'${value}' does not have the form ${spec.pattern} that ${device} asks for`,
      spec.example === undefined ? undefined : `write it as ${spec.example}`,
    ),
  ];
}

/** A pattern that is no regular expression restricts nothing here; the device itself still refuses. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}
