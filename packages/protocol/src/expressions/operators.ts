import type { Outcome } from "@labloop/contracts";
import { refuse, succeed } from "../outcome.ts";
import { mismatchMessage } from "../units/convert.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { combine, isAffine, isSameDimension, rescale, rescaleDifference, type Unit } from "../units/unit.ts";
import type { Operator } from "./expression.ts";
import { describeType, type ExpressionType, type NumericType, type NumericValue } from "./expression-value.ts";

/** Returns a type that can be calculated with; fails for texts, devices and the like. */
export function numeric<T extends ExpressionType>(type: T): Outcome<Extract<T, { unit: Unit }>> {
  if (isNumeric(type)) return succeed(type);
  return refuse("expression.notNumber", `${describeType(type)} cannot be calculated with`);
}

function isNumeric<T extends ExpressionType>(type: T): type is Extract<T, { unit: Unit }> {
  return type.kind === "quantity" || type.kind === "series";
}

/** Returns the type of `left operator right`; a series with a number goes element by element. */
export function operationType(operator: Operator, left: NumericType, right: NumericType): Outcome<NumericType> {
  const unit = operationUnit(operator, left.unit, right.unit);
  if (!unit.ok) return unit;
  const kind = left.kind === "series" || right.kind === "series" ? "series" : "quantity";
  return succeed({ kind, unit: unit.value });
}

function operationUnit(operator: Operator, left: Unit, right: Unit): Outcome<Unit> {
  const affine = isAffine(left) ? left : isAffine(right) ? right : undefined;
  if (operator === "*" || operator === "/") {
    if (affine !== undefined) return refuseAffine(affine);
    return succeed(combine(left, right, operator === "*" ? 1 : -1));
  }
  if (!isSameDimension(left, right)) return refuse("expression.unit", mismatchMessage(left, right));
  if (affine === undefined) return succeed(left);
  // A temperature plus or minus a difference is a temperature; two temperatures subtract to a difference.
  if (isAffine(left) && isAffine(right)) return operator === "-" ? parseUnit("K") : refuseAffine(affine);
  return isAffine(left) || operator === "+" ? succeed(affine) : refuseAffine(affine);
}

function refuseAffine<T>(unit: Unit): Outcome<T> {
  return refuse(
    "expression.affine",
    `a value in ${unit.code} does not count from zero, so this has no meaning`,
    "give temperatures and their differences in K",
  );
}

/** Returns `left operator right` in the unit that `operationType` gave. */
export function operate(
  operator: Operator,
  left: NumericValue,
  right: NumericValue,
  unit: Unit,
): Outcome<NumericValue> {
  const apply = arithmetic(operator, left.unit, right.unit, unit);
  if (left.kind === "quantity" && right.kind === "quantity") {
    return finite({ kind: "quantity", unit, value: apply(left.value, right.value) });
  }
  const length = left.kind === "series" ? left.values.length : right.kind === "series" ? right.values.length : 0;
  if (left.kind === "series" && right.kind === "series" && right.values.length !== length) {
    return refuse("expression.length", `series of ${length} and of ${right.values.length} values do not go together`);
  }
  const values = Array.from({ length }, (_, i) => apply(elementOf(left, i), elementOf(right, i)));
  return finite({ kind: "series", unit, values });
}

function arithmetic(operator: Operator, left: Unit, right: Unit, unit: Unit): (a: number, b: number) => number {
  if (operator === "*") return (a, b) => a * b;
  if (operator === "/") return (a, b) => a / b;
  const isDifference = isAffine(left) && isAffine(right);
  const toLeft = (a: number) =>
    isAffine(left) || isDifference ? rescale(a, left, unit) : rescaleDifference(a, left, unit);
  const toRight = (b: number) => (isAffine(right) ? rescale(b, right, unit) : rescaleDifference(b, right, unit));
  return operator === "+" ? (a, b) => toLeft(a) + toRight(b) : (a, b) => toLeft(a) - toRight(b);
}

function elementOf(value: NumericValue, i: number): number {
  return value.kind === "quantity" ? value.value : (value.values[i] ?? Number.NaN);
}

/** Returns a value whose numbers are all finite. */
export function finite<T extends NumericValue>(value: T): Outcome<T> {
  const numbers = value.kind === "quantity" ? [value.value] : value.values;
  if (numbers.every(Number.isFinite)) return succeed(value);
  return refuse("expression.notFinite", "this is not a finite number: a division by zero, or a result out of range");
}
