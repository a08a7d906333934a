import type {
  Fault,
  LabDescription,
  Design,
  DesignValue,
  Outcome,
  Plan,
  Quantity,
  StepResults,
  Value,
} from "@labloop/contracts";
import { evaluate } from "./expressions/interpret.ts";
import { parseExpression } from "./expressions/parse-expression.ts";
import { resultValues } from "./expressions/result-scope.ts";
import { faultOf, refuse, succeed } from "./outcome.ts";
import { own } from "./own.ts";
import { convert, convertUnits } from "./units/convert.ts";
import { parseUnit } from "./units/parse-unit.ts";

/** Returns each observed quantity of a run in the unit asked for, or why some cannot be computed. */
export function computeObserved(
  observe: Readonly<Record<string, string>>,
  units: Readonly<Record<string, string>>,
  results: StepResults,
): Outcome<Record<string, Quantity>> {
  const faults: Fault[] = [];
  const observed: Record<string, Quantity> = {};
  for (const [name, text] of Object.entries(observe)) {
    const quantity = observeOne(text, own(units, name), results);
    if (quantity.ok) observed[name] = quantity.value;
    else faults.push(...quantity.faults.map((fault) => ({ ...fault, path: `observe.${name}` })));
  }
  return faults.length > 0 ? { ok: false, faults } : succeed(observed);
}

/** Returns those observed quantities of a run that can be computed from the steps which have succeeded. */
export function computeKept(
  observe: Readonly<Record<string, string>>,
  units: Readonly<Record<string, string>>,
  results: StepResults,
): Record<string, Quantity> {
  return Object.fromEntries(
    Object.entries(observe).flatMap(([name, text]) => {
      const quantity = observeOne(text, own(units, name), results);
      return quantity.ok ? [[name, quantity.value]] : [];
    }),
  );
}

function observeOne(text: string, unit: string | undefined, results: StepResults): Outcome<Quantity> {
  if (unit === undefined) return refuse("campaign.unitMissing", "there is no unit for this observed quantity");
  const target = parseUnit(unit);
  if (!target.ok) return target;
  const parsed = parseExpression(text);
  const value = parsed.ok ? evaluate(parsed.value, resultValues(results)) : parsed;
  if (!value.ok) return value;
  if (value.value.kind !== "quantity")
    return refuse("campaign.observedType", "an observed quantity must be one number");
  const converted = convertUnits(value.value.value, value.value.unit, target.value);
  if (!converted.ok) return converted;
  if (!Number.isFinite(converted.value)) return refuse("expression.notFinite", "this is not a finite number");
  return succeed({ value: converted.value, unit });
}

/**
 * Returns the point that was carried out, read back from what the devices say they executed: each looked-up parameter
 * leads to its row, and the row to the inputs; a parameter that is an input as it stands, to that input, by the first step that
 * says so. An input of which no step tells counts as it was asked for.
 *
 * Fails when a device does not say what it executed, when no row or rows of different inputs hold it, and when two
 * steps tell of different points.
 */
export function executedPoint(
  plan: Plan,
  executedByStep: StepResults,
  tables: LabDescription["tables"],
): Outcome<Design> {
  const point: Design = { ...plan.parameters };
  const read = new Set<string>();
  const faults: Fault[] = [];
  for (const lookup of plan.executedBy) {
    const path = `steps.${lookup.step}.executed.${lookup.param}`;
    const refuseHere = (code: string, message: string) => faults.push({ ...faultOf(code, message), path });
    const executed = own(own(executedByStep, lookup.step) ?? {}, lookup.param);
    if (executed === undefined) {
      refuseHere("plan.executedMissing", `'${lookup.step}' does not say which '${lookup.param}' it executed`);
      continue;
    }
    const rows = (own(tables, lookup.table)?.rows ?? []).filter((row) => own(row, lookup.column) === plainOf(executed));
    const points = new Map(rows.map((row) => [JSON.stringify(lookup.inputs.map((input) => own(row, input))), row]));
    const [row] = points.values();
    if (row === undefined || points.size > 1) {
      const count = points.size === 0 ? "no row" : `${points.size} rows`;
      const cell = `${lookup.column} = ${JSON.stringify(plainOf(executed))}`;
      refuseHere("plan.executedUnknown", `the table '${lookup.table}' has ${count} with ${cell}`);
      continue;
    }
    for (const input of lookup.inputs) {
      const value = own(row, input);
      if (typeof value !== typeof plan.parameters[input] || value === undefined) {
        const wanted = typeof plan.parameters[input] === "string" ? "name" : "number";
        refuseHere("plan.executedUnknown", `the table '${lookup.table}' has no ${wanted} for '${input}' there`);
      } else if (read.has(input) && point[input] !== value) {
        refuseHere("plan.executedContradicts", `this says ${input} = ${value}, but an earlier step ${point[input]}`);
      } else {
        point[input] = value;
        read.add(input);
      }
    }
  }
  for (const { step, param, input, unit } of plan.executedInputs ?? []) {
    const executed = own(own(executedByStep, step) ?? {}, param);
    const value = executed === undefined || read.has(input) ? null : inputIn(executed, unit);
    if (value === null) continue;
    point[input] = value;
    read.add(input);
  }
  return faults.length > 0 ? { ok: false, faults } : succeed(point);
}

/** Returns a value as an input is given: a name, or a number in a unit; null for what is neither. */
function inputIn(value: Value, unit: string | null): DesignValue | null {
  if (unit !== null) return numberIn(value, unit);
  return typeof value === "string" ? value : null;
}

/** Returns a value as a number in a unit; null for what is none. */
function numberIn(value: Value, unit: string): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "object" || !("value" in value)) return null;
  if (value.unit === unit) return value.value;
  const converted = convert(value.value, value.unit, unit);
  return converted.ok ? converted.value : null;
}

function plainOf(value: Value): Value {
  return typeof value === "object" && "value" in value ? value.value : value;
}
