import type { Outcome, StepResults, ValueSpecs } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { one } from "../units/unit.ts";
import { type ExpressionType, type ExpressionValue, fromValue, noPhoto, type Scope } from "./expression-value.ts";

/** Returns how an observation's expressions are typed: `step.result`, for the results that the operations announce. */
export function resultTypes(resultsOf: ReadonlyMap<string, ValueSpecs>): Scope<ExpressionType> {
  return {
    namedCalls: {},
    reference: (path) => {
      const spec = memberOf(path, resultsOf.keys(), (step) => resultsOf.get(step));
      if (!spec.ok) return spec;
      switch (spec.value.type) {
        case "quantity":
        case "series": {
          const unit = parseUnit(spec.value.unit);
          return unit.ok ? succeed({ kind: spec.value.type, unit: unit.value }) : unit;
        }
        case "integer":
          return succeed({ kind: "quantity", unit: one });
        case "string":
        case "boolean":
          return succeed({ kind: spec.value.type });
        case "photo":
          return { ok: false, faults: [noPhoto] };
      }
    },
  };
}

/** Returns how an observation's expressions are valued from the results of a run. */
export function resultValues(results: StepResults): Scope<ExpressionValue> {
  return {
    namedCalls: {},
    reference: (path) => {
      const value = memberOf(path, Object.keys(results), (step) => own(results, step));
      return value.ok ? fromValue(value.value) : value;
    },
  };
}

function memberOf<T>(
  path: readonly string[],
  steps: Iterable<string>,
  resultsOf: (step: string) => Readonly<Record<string, T>> | undefined,
): Outcome<T> {
  const [step = "", name, ...more] = path;
  const results = resultsOf(step);
  if (results === undefined) {
    return refuse("expression.unknownName", `there is no step '${step}'`, suggestOrList(step, steps, "steps"));
  }
  const known = Object.keys(results);
  if (name === undefined || more.length > 0) {
    const example = known[0] === undefined ? `'${step}' returns nothing` : `write for example ${step}.${known[0]}`;
    return refuse("expression.unknownName", `'${path.join(".")}' is not of the form step.result`, example);
  }
  const found = own(results, name);
  if (found !== undefined) return succeed(found);
  const hint = suggestOrList(name, known, "results");
  return refuse("expression.unknownName", `the step '${step}' returns no '${name}'`, hint);
}
