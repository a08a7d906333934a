import type { Quantity, Value, Values } from "@labloop/contracts";
import { own } from "../own.ts";
import { convert } from "../units/convert.ts";
import type { Condition, Envelope, Limit } from "./envelope.ts";

/** One thing that a device may be asked to do. */
export interface Act {
  readonly device: string;
  readonly op: string;
  readonly params: Values;
}

/** Why an act is outside the envelope; `params` names the parameters of which one is to be mended. */
export interface Violation {
  readonly params: readonly string[];
  readonly message: string;
  /** What is allowed. */
  readonly hint: string;
}

/** What converting a value between units may add, as a share of the bound: double precision, and nothing else. */
export const rounding = 1e-12;

/**
 * Returns every way in which an act is outside the limits and forbidden combinations of the envelope; none when it is
 * inside. What cannot be judged, a missing number or one in a unit that measures something else, is outside (I8).
 */
export function judgeAct(envelope: Envelope, act: Act): Violation[] {
  return envelope
    .filter(({ devices, operation }) => operation === act.op && devices.includes(act.device))
    .flatMap(({ limits, never }) => [
      ...Object.entries(limits).flatMap(([param, limit]) => judgeLimit(act, param, limit)),
      ...never.flatMap((combination) => judgeCombination(act, combination)),
    ]);
}

/** Returns a value as a number in a unit; null when it is no finite number in a unit that measures the same. */
export function numberIn(value: Value | undefined, unit: string): number | null {
  const given =
    typeof value === "number"
      ? { value, unit: "1" }
      : typeof value === "object" && "value" in value
        ? value
        : undefined;
  if (given === undefined || !Number.isFinite(given.value)) return null;
  const converted = convert(given.value, given.unit, unit);
  return converted.ok && Number.isFinite(converted.value) ? converted.value : null;
}

function judgeLimit({ device, op, params }: Act, param: string, { min, max }: Limit): Violation[] {
  const value = own(params, param);
  const hint = `the envelope allows ${rangeText(min, max)} for ${param} of ${op} on ${device}`;
  const outside = (what: string): Violation[] => [{ params: [param], message: `${param} ${what}`, hint }];
  for (const [bound, isMost] of [
    [min, false],
    [max, true],
  ] as const) {
    if (bound === null) continue;
    const number = numberIn(value, bound.unit);
    if (number === null) return outside(`is ${textOf(value)}, which the envelope cannot judge`);
    if (isMost ? isAbove(number, bound.value) : isAbove(bound.value, number)) {
      return outside(`is ${textOf(value)}, ${isMost ? "above" : "below"} the envelope's ${quantityText(bound)}`);
    }
  }
  return [];
}

function judgeCombination({ op, params, device }: Act, combination: Readonly<Record<string, Condition>>): Violation[] {
  const conditions = Object.entries(combination);
  if (!conditions.every(([param, condition]) => holds(own(params, param), condition))) return [];
  const what = conditions.map(([param, condition]) => `${param} ${conditionText(condition)}`).join(" together with ");
  return [
    {
      params: conditions.map(([param]) => param),
      message: `${what} is forbidden`,
      hint: `the envelope forbids it for ${op} on ${device}; change one of ${conditions.map(([param]) => param).join(", ")}`,
    },
  ];
}

/** Whether a condition holds, or may hold since it cannot be judged. */
function holds(value: Value | undefined, { above, below, is }: Condition): boolean {
  const isBeyond = (bound: Quantity | null, isMore: boolean) => {
    if (bound === null) return true;
    const number = numberIn(value, bound.unit);
    return number === null || (isMore ? isAbove(number, bound.value) : isAbove(bound.value, number));
  };
  const isEqual = is === null || value === undefined || typeof value === "object" || String(value) === is;
  return isBeyond(above, true) && isBeyond(below, false) && isEqual;
}

function isAbove(a: number, b: number): boolean {
  return a - b > rounding * Math.max(Math.abs(a), Math.abs(b));
}

function rangeText(min: Quantity | null, max: Quantity | null): string {
  if (min === null) return max === null ? "anything" : `at most ${quantityText(max)}`;
  return max === null ? `at least ${quantityText(min)}` : `${quantityText(min)} to ${quantityText(max)}`;
}

function conditionText({ above, below, is }: Condition): string {
  return [
    above === null ? "" : `above ${quantityText(above)}`,
    below === null ? "" : `below ${quantityText(below)}`,
    is ?? "",
  ]
    .filter((text) => text !== "")
    .join(" and ");
}

function quantityText({ value, unit }: Quantity): string {
  return unit === "1" ? String(value) : `${value} ${unit}`;
}

function textOf(value: Value | undefined): string {
  if (value === undefined) return "missing";
  if (typeof value !== "object") return typeof value === "string" ? `'${value.slice(0, 60)}'` : String(value);
  return "value" in value ? quantityText(value) : "a series";
}
