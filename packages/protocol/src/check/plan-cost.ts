import type { Outcome, Study } from "@labloop/contracts";
import type { Expression } from "../expressions/expression.ts";
import type { InputKind } from "../expressions/step-scope.ts";
import { refuse, succeed } from "../outcome.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { isAffine, one, type Unit } from "../units/unit.ts";
import type { CheckedProtocol, CheckedStep } from "./checked-protocol.ts";

type Inputs = ReadonlyMap<string, InputKind>;

const MINUTE_MS = 60_000;

/**
 * Returns what a plan of a protocol is expected to take, all its steps one after the other, in minutes: an expression over the
 * protocol's inputs, by which the optimizer can weigh designs without a plan of each.
 *
 * Refused, with the step named, where no duration depends on an input, and where one does in a way that such an expression cannot say:
 * by a table, a function or a temperature, or differently on devices that may take turns. What a device cuts at its longest is not cut.
 */
export function planCost({ steps, inputs }: CheckedProtocol): Outcome<NonNullable<Study["cost"]>> {
  const parts: string[] = [];
  for (const step of steps) {
    const text = stepText(step, inputs);
    if (text === null) {
      const message = `what '${step.key}' takes follows from the parameters in a way that designs cannot be weighed by`;
      return refuse("campaign.costPlan", message, "write cost: { expression: …, unit: … } instead");
    }
    parts.push(text);
  }
  const expression = parts.join(" + ");
  // Names are quoted, and nothing else is.
  if (!expression.includes('"')) {
    const message = "as far as its devices say, the plan takes as long for every design";
    return refuse("campaign.costPlan", message, "leave cost out: without it all designs cost the same");
  }
  return succeed({ expression: `(${expression}) / ${MINUTE_MS}`, unit: "min" });
}

/** How long a step is expected to last, in ms; null where an expression cannot say. */
function stepText({ durations, params }: CheckedStep, inputs: Inputs): string | null {
  const formulas = durations.flatMap(({ byParams }) => byParams ?? []);
  const [formula] = formulas;
  const named = formulas.flatMap(({ terms }) => terms.flatMap(({ of = [], per = [] }) => [...of, ...per]));
  // A device that is not given all that its formula counts by takes what is typical of it.
  if (formula === undefined || named.some((name) => params[name] === undefined)) {
    return numberText(Math.max(0, ...durations.map(({ typicalMs }) => typicalMs)));
  }
  const isOne = durations.every(({ byParams }) => JSON.stringify(byParams) === JSON.stringify(formula));
  if (!isOne) return null;
  const terms = formula.terms.map(({ ms, of = [], per = [] }) => {
    const factors = of.map((name) => paramText(params[name], inputs));
    const divisors = per.map((name) => paramText(params[name], inputs));
    const isWhole = [...factors, ...divisors].every((text) => text !== null);
    return isWhole ? [[numberText(ms), ...factors].join(" * "), ...divisors].join(" / ") : null;
  });
  return terms.includes(null) ? null : `(${[numberText(formula.baseMs), ...terms].join(" + ")})`;
}

/** A parameter of a step, as the number in the unit in which its device takes it. */
function paramText(param: CheckedStep["params"][string] | undefined, inputs: Inputs): string | null {
  if (param?.kind === "value") {
    const { value } = param;
    if (typeof value === "number") return numberText(value);
    return typeof value === "object" && "value" in value ? numberText(value.value) : null;
  }
  if (param?.kind !== "expression") return null;
  const spec = param.specs[0]?.spec;
  const unit = spec?.type === "integer" ? one : spec?.type === "quantity" ? unitOf(spec.unit) : null;
  if (unit === null) return null;
  const base = baseText(param.expression, inputs);
  return base === null ? null : `(${base} / ${numberText(unit.factor)})`;
}

/** An expression in base units; null where it is more than arithmetic, or counts from a zero of its own. */
function baseText(expression: Expression, inputs: Inputs): string | null {
  switch (expression.kind) {
    case "quantity":
      return isAffine(expression.unit) ? null : numberText(expression.value * expression.unit.factor);
    case "reference": {
      const [name = ""] = expression.path;
      const input = inputs.get(name);
      if (input === undefined || !("unit" in input) || isAffine(input.unit)) return null;
      return `("${name}" * ${numberText(input.unit.factor)})`;
    }
    case "negate": {
      const operand = baseText(expression.operand, inputs);
      return operand === null ? null : `(-${operand})`;
    }
    case "binary": {
      const [left, right] = [baseText(expression.left, inputs), baseText(expression.right, inputs)];
      return left === null || right === null ? null : `(${left} ${expression.operator} ${right})`;
    }
    case "string":
    case "call":
      return null;
  }
}

function unitOf(code: string): Unit | null {
  const unit = parseUnit(code);
  return unit.ok && !isAffine(unit.value) ? unit.value : null;
}

function numberText(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}
