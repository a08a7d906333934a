import type { Design, Fault, Outcome, Value } from "@labloop/contracts";
import type { Expression } from "../expressions/expression.ts";
import { type ExpressionValue, fromValue } from "../expressions/expression-value.ts";
import { evaluate, typeOf } from "../expressions/interpret.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import { searchTables } from "../expressions/search-tables.ts";
import { type StepNames, stepTypes, stepValues } from "../expressions/step-scope.ts";
import { refuse, succeed } from "../outcome.ts";
import { parseQuantity } from "../units/parse-quantity.ts";
import type { CheckedParam, DeviceSpec } from "./checked-protocol.ts";
import { describeSpec, fitType, fitValue, limitFaults } from "./fit-value.ts";

/** Where a parameter stands: what it may name, and which devices may play a role. */
export interface ParamContext {
  readonly names: StepNames;
  readonly devicesOf: (role: string) => readonly string[];
}

/** Returns a parameter that every eligible device can take; columns of faults count in the text as it is written. */
export function checkParam(
  written: string | number | boolean,
  specs: readonly DeviceSpec[],
  context: ParamContext,
): Outcome<CheckedParam> {
  if (typeof written === "string" && written.startsWith("=")) return checkExpression(written, specs, context);
  const literal = readLiteral(written, specs);
  const fitted = literal.ok ? fitValue(literal.value, specs) : literal;
  return fitted.ok ? succeed({ kind: "value", value: fitted.value }) : fitted;
}

function readLiteral(written: string | number | boolean, specs: readonly DeviceSpec[]): Outcome<ExpressionValue> {
  const spec = specs[0]?.spec;
  if (spec === undefined) return refuse("protocol.paramUnknown", "no device asks for this");
  if (spec.type === "quantity" && typeof written === "string") {
    const quantity = parseQuantity(written);
    return quantity.ok ? fromValue(quantity.value) : quantity;
  }
  if (spec.type === "quantity" && spec.unit !== "1" && typeof written === "number") {
    const hint = `write the unit: ${written} ${spec.unit}`;
    return refuse("protocol.paramUnit", `this must be ${describeSpec(spec)}, not a bare number`, hint);
  }
  if (spec.type === "string" && typeof written !== "string") {
    return refuse("protocol.paramType", "this must be a text", `put it in quotes: "${written}"`);
  }
  return fromValue(written);
}

function checkExpression(
  written: string,
  specs: readonly DeviceSpec[],
  { names, devicesOf }: ParamContext,
): Outcome<CheckedParam> {
  const parsed = parseExpression(written.slice(1));
  if (!parsed.ok) return shifted(parsed);
  const expression = parsed.value;
  const type = typeOf(expression, stepTypes(names));
  const spec = specs[0]?.spec;
  if (!type.ok || spec === undefined)
    return type.ok ? refuse("protocol.paramUnknown", "no device asks for this") : shifted(type);
  const misfit = fitType(type.value, spec);
  if (misfit !== undefined) return shifted({ ok: false, faults: [misfit] }, expression.at);
  if (type.value.kind === "device") {
    const { role } = type.value;
    const faults = devicesOf(role).flatMap((id) => faultsForAll(id, specs));
    return faults.length > 0 ? shifted({ ok: false, faults }, expression.at) : succeed({ kind: "device", role });
  }
  if (type.value.kind === "place") {
    const { place } = type.value;
    const faults = faultsForAll(place, specs);
    return faults.length > 0 ? shifted({ ok: false, faults }, expression.at) : succeed({ kind: "place", place });
  }
  if (usesInputs(expression)) return succeed({ kind: "expression", expression, specs });
  const value = settleExpression(expression, specs, names, {});
  return value.ok ? succeed({ kind: "value", value: value.value }) : shifted(value, expression.at);
}

/** Returns what an expression gives for a point, as every eligible device can take it. */
export function settleExpression(
  expression: Expression,
  specs: readonly DeviceSpec[],
  names: StepNames,
  point: Design,
  search = searchTables(names.tables),
): Outcome<Value> {
  const value = evaluate(expression, stepValues(names, point, search));
  return value.ok ? fitValue(value.value, specs) : value;
}

function faultsForAll(text: string, specs: readonly DeviceSpec[]): Fault[] {
  return specs.flatMap(({ device, spec }) => limitFaults(text, device, spec));
}

function usesInputs(expression: Expression): boolean {
  switch (expression.kind) {
    case "reference":
      return true;
    case "negate":
      return usesInputs(expression.operand);
    case "binary":
      return usesInputs(expression.left) || usesInputs(expression.right);
    case "call":
      return expression.args.some(usesInputs);
    case "quantity":
    case "string":
      return false;
  }
}

/** The `=` before an expression moves its columns by one. */
function shifted<T>(outcome: Outcome<T>, at = 0): Outcome<T> {
  if (outcome.ok) return outcome;
  return { ok: false, faults: outcome.faults.map((fault) => ({ ...fault, column: (fault.column ?? at + 1) + 1 })) };
}
