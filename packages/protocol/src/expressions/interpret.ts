import type { Outcome } from "@labloop/contracts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { isAffine, type Unit } from "../units/unit.ts";
import type { Call, Expression } from "./expression.ts";
import { collect, placeAt, refuseAt } from "./expression-fault.ts";
import type {
  ExpressionType,
  ExpressionValue,
  NamedCall,
  NumericType,
  NumericValue,
  Scope,
} from "./expression-value.ts";
import { functions } from "./functions.ts";
import { finite, numeric, operate, operationType } from "./operators.ts";

/** Returns the type of an expression, or every fault in it that shows without values. */
export function typeOf(expression: Expression, scope: Scope<ExpressionType>): Outcome<ExpressionType> {
  return interpret(expression, scope, typeAlgebra);
}

/** Returns the value of an expression; types and units are checked again, on the values. */
export function evaluate(expression: Expression, scope: Scope<ExpressionValue>): Outcome<ExpressionValue> {
  return interpret(expression, scope, valueAlgebra);
}

/** What is done with operands whose types fit; types and values differ in nothing else. */
interface Algebra<T extends ExpressionType> {
  quantity(expression: Expression & { kind: "quantity" }): T;
  text(value: string): T;
  negate(operand: Numeric<T>): T;
  binary(
    expression: Expression & { kind: "binary" },
    left: Numeric<T>,
    right: Numeric<T>,
    type: NumericType,
  ): Outcome<T>;
  call(name: string, args: readonly Numeric<T>[], type: NumericType): Outcome<T>;
}

type Numeric<T> = Extract<T, { unit: Unit }>;

const typeAlgebra: Algebra<ExpressionType> = {
  quantity: ({ unit }) => ({ kind: "quantity", unit }),
  text: () => ({ kind: "string" }),
  negate: (operand) => operand,
  binary: (_expression, _left, _right, type) => ({ ok: true, value: type }),
  call: (_name, _args, type) => ({ ok: true, value: type }),
};

const valueAlgebra: Algebra<ExpressionValue> = {
  quantity: ({ unit, value }) => ({ kind: "quantity", unit, value }),
  text: (value) => ({ kind: "string", value }),
  negate: (operand) =>
    operand.kind === "quantity"
      ? { ...operand, value: -operand.value }
      : { ...operand, values: operand.values.map((v) => -v) },
  binary: ({ operator }, left, right, type) => operate(operator, left, right, type.unit),
  call: (name, args, type) => {
    const result = own(functions, name)?.apply(args, type.unit);
    if (result === undefined || !result.ok) return result ?? { ok: false, faults: [] };
    const { unit } = type;
    const value: NumericValue =
      typeof result.value === "number"
        ? { kind: "quantity", unit, value: result.value }
        : { kind: "series", unit, values: result.value };
    return finite(value);
  },
};

function interpret<T extends ExpressionType>(expression: Expression, scope: Scope<T>, algebra: Algebra<T>): Outcome<T> {
  const { at } = expression;
  switch (expression.kind) {
    case "quantity":
      return { ok: true, value: algebra.quantity(expression) };
    case "string":
      return { ok: true, value: algebra.text(expression.value) };
    case "reference":
      return placeAt(scope.reference(expression.path), at);
    case "negate": {
      const operand = operandOf(expression.operand, scope, algebra);
      if (!operand.ok) return operand;
      if (isAffine(operand.value.unit))
        return refuseAt(
          at,
          "expression.affine",
          `the negative of a value in ${operand.value.unit.code} has no meaning`,
          "give it in K",
        );
      return { ok: true, value: algebra.negate(operand.value) };
    }
    case "binary": {
      const operands = collect([
        operandOf(expression.left, scope, algebra),
        operandOf(expression.right, scope, algebra),
      ]);
      if (!operands.ok) return operands;
      const [left, right] = operands.value;
      if (left === undefined || right === undefined) return { ok: false, faults: [] };
      const type = placeAt(operationType(expression.operator, left, right), at);
      return type.ok ? placeAt(algebra.binary(expression, left, right, type.value), at) : type;
    }
    case "call":
      return interpretCall(expression, scope, algebra);
  }
}

function operandOf<T extends ExpressionType>(
  expression: Expression,
  scope: Scope<T>,
  algebra: Algebra<T>,
): Outcome<Numeric<T>> {
  const operand = interpret(expression, scope, algebra);
  return operand.ok ? placeAt(numeric(operand.value), expression.at) : operand;
}

function interpretCall<T extends ExpressionType>(call: Call, scope: Scope<T>, algebra: Algebra<T>): Outcome<T> {
  const named = own(scope.namedCalls, call.name);
  if (named !== undefined) return callWithNames(call, named);
  const rule = own(functions, call.name);
  if (rule === undefined) {
    const known = [...Object.keys(functions), ...Object.keys(scope.namedCalls)];
    const hint = suggestOrList(call.name, known, "functions here");
    return refuseAt(call.at, "expression.unknownFunction", `there is no function '${call.name}' here`, hint);
  }
  const args = collect(call.args.map((arg) => operandOf(arg, scope, algebra)));
  if (!args.ok) return args;
  const type = placeAt(rule.type(args.value), call.at);
  return type.ok ? placeAt(algebra.call(call.name, args.value, type.value), call.at) : type;
}

function callWithNames<T>(call: Call, named: NamedCall<T>): Outcome<T> {
  const names = collect(
    call.args.map((arg): Outcome<readonly string[]> => {
      if (arg.kind === "reference") return { ok: true, value: arg.path };
      if (arg.kind === "string") return { ok: true, value: [arg.value] };
      return refuseAt(arg.at, "expression.arguments", `${call.name} takes names only`);
    }),
  );
  return names.ok ? placeAt(named(names.value), call.at) : names;
}
