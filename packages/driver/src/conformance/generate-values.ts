import { checkValues, type Value, type ValueSpec, type ValueSpecs, type Values } from "@labloop/contracts";
import * as fc from "fast-check";

/** Parameters that a device has to reject, and why. */
export interface BadValues {
  readonly kind: "missing" | "unknown" | "wrong type" | "wrong unit" | "out of limits" | "outside the pattern";
  /** The parameter at fault. */
  readonly name: string;
  readonly params: Values;
}

/** Used where a spec sets no bound: chosen, so that a number looks like one that a person would write. */
const usualSpan = 100;

function goodValue(spec: ValueSpec): fc.Arbitrary<Value> {
  switch (spec.type) {
    case "quantity": {
      const { low, high } = rangeOf(spec);
      const between = fc.double({ min: low, max: high, noNaN: true });
      return between.map((value) => ({ value: clamp(Number(value.toPrecision(4)), low, high), unit: spec.unit }));
    }
    case "series":
      return fc
        .array(fc.integer({ min: -usualSpan, max: usualSpan }), { maxLength: 5 })
        .map((values) => ({ values, unit: spec.unit }));
    case "string":
      if (spec.enum !== undefined && spec.enum.length > 0) return fc.constantFrom(...spec.enum);
      return fc.stringMatching(spec.pattern === undefined ? /^[a-z0-9-]{1,12}$/ : new RegExp(spec.pattern, "u"), {
        size: "-1",
      });
    case "integer": {
      const { low, high } = rangeOf(spec);
      return fc.integer({ min: Math.ceil(low), max: Math.floor(high) });
    }
    case "boolean":
      return fc.boolean();
    case "photo":
      return fc.constant({ sha256: "0".repeat(64), size: 1, media: "image/png" as const });
  }
}

/** Returns `count` sets of parameters that the specs allow; equal seeds give equal sets. */
export function goodValues(specs: ValueSpecs, seed: number, count: number): Values[] {
  const all = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, goodValue(spec)]));
  const record = fc.record(all).filter((values) => checkValues(specs, values).length === 0);
  return fc.sample(record, { seed, numRuns: count }).map((values) => ({ ...values }));
}

/** Returns the parameters with every bounded one at its minimum, and at its maximum; none where nothing is bounded. */
export function boundaryValues(specs: ValueSpecs, base: Values): Values[] {
  return (["minimum", "maximum"] as const).flatMap((bound) => {
    const changed = Object.entries(specs).flatMap(([name, spec]): [string, Value][] => {
      if (spec.type !== "quantity" && spec.type !== "integer") return [];
      const limit = spec[bound];
      return limit === undefined ? [] : [[name, spec.type === "integer" ? limit : { value: limit, unit: spec.unit }]];
    });
    return changed.length === 0 ? [] : [{ ...base, ...Object.fromEntries(changed) }];
  });
}

/** Returns every way in which one parameter can be wrong, each in an otherwise good set. */
export function badValues(specs: ValueSpecs, base: Values): BadValues[] {
  const bad: BadValues[] = [];
  const add = (kind: BadValues["kind"], name: string, value: Value) =>
    void bad.push({ kind, name, params: { ...base, [name]: value } });
  for (const [name, spec] of Object.entries(specs)) {
    const { [name]: _, ...others } = base;
    bad.push({ kind: "missing", name, params: others });
    add("wrong type", name, spec.type === "string" ? 7 : "seven");
    if (spec.type === "quantity" || spec.type === "series") {
      const value = base[name];
      if (typeof value === "object") add("wrong unit", name, { ...value, unit: `${spec.unit}x` });
    }
    if (spec.type === "quantity" || spec.type === "integer") {
      const set = (value: number) => (spec.type === "integer" ? value : { value, unit: spec.unit });
      if (spec.minimum !== undefined) add("out of limits", name, set(spec.minimum - 1));
      if (spec.maximum !== undefined) add("out of limits", name, set(spec.maximum + 1));
    }
    if (spec.type === "string") {
      const outside = ["", "\n", "~~conformance~~", "\u{1f9ea}"].find((text) => !isAllowed(spec, text));
      if (outside !== undefined) add("outside the pattern", name, outside);
    }
  }
  const stranger = "conformance_unknown";
  bad.push({ kind: "unknown", name: stranger, params: { ...base, [stranger]: 1 } });
  return bad;
}

function isAllowed(spec: ValueSpec, value: Value): boolean {
  return checkValues({ it: spec }, { it: value }).length === 0;
}

function rangeOf(spec: { readonly minimum?: number | undefined; readonly maximum?: number | undefined }): {
  readonly low: number;
  readonly high: number;
} {
  const low = spec.minimum ?? Math.min(0, (spec.maximum ?? 0) - usualSpan);
  return { low, high: spec.maximum ?? low + usualSpan };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
