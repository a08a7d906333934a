import type { Outcome } from "@labloop/contracts";
import type { Expression, Operator } from "./expression.ts";
import { refuseAt } from "./expression-fault.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Chosen: far above what a person writes, far below what a stack bears. */
const longestExpression = 1000;
const deepestNesting = 32;

const bindingPower: Readonly<Record<Operator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2 };
const negationPower = 3;

/** Returns the syntax tree of an expression; an expression ends, names no code and has at most 1000 characters. */
export function parseExpression(source: string): Outcome<Expression> {
  if (source.length > longestExpression) {
    return refuseAt(0, "expression.tooLong", `an expression has at most ${longestExpression} characters`);
  }
  const tokens = tokenize(source);
  if (!tokens.ok) return tokens;
  const cursor: Cursor = { tokens: tokens.value, next: 0 };
  const parsed = parseBinary(cursor, 0, 0);
  if (!parsed.ok) return parsed;
  const rest = peek(cursor);
  return rest.kind === "end" ? parsed : unexpected(rest, "an operator or the end");
}

interface Cursor {
  readonly tokens: readonly Token[];
  next: number;
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.next] ?? { kind: "end", at: 0, end: 0 };
}

/** A Pratt parser: an operand, then every operator that binds more tightly than what stands to the left. */
function parseBinary(cursor: Cursor, power: number, depth: number): Outcome<Expression> {
  if (depth > deepestNesting) {
    return refuseAt(peek(cursor).at, "expression.tooDeep", `an expression nests at most ${deepestNesting} deep`);
  }
  let left = parseOperand(cursor, depth);
  while (left.ok) {
    const token = peek(cursor);
    const operator = token.kind === "sign" ? operatorOf(token.sign) : undefined;
    if (operator === undefined || bindingPower[operator] <= power) break;
    cursor.next++;
    const right = parseBinary(cursor, bindingPower[operator], depth + 1);
    if (!right.ok) return right;
    left = { ok: true, value: { kind: "binary", at: token.at, operator, left: left.value, right: right.value } };
  }
  return left;
}

function operatorOf(sign: string): Operator | undefined {
  return sign === "+" || sign === "-" || sign === "*" || sign === "/" ? sign : undefined;
}

function parseOperand(cursor: Cursor, depth: number): Outcome<Expression> {
  const token = peek(cursor);
  cursor.next++;
  switch (token.kind) {
    case "quantity":
      return { ok: true, value: { kind: "quantity", at: token.at, value: token.value, unit: token.unit } };
    case "string":
      return { ok: true, value: { kind: "string", at: token.at, value: token.value } };
    case "name":
      return isSign(peek(cursor), "(") ? parseCall(cursor, token.name, token.at, depth) : parseReference(cursor, token);
    case "sign":
      return parseSigned(cursor, token.sign, token, depth);
    case "end":
      return unexpected(token, "a value");
  }
}

function parseSigned(cursor: Cursor, sign: string, token: Token, depth: number): Outcome<Expression> {
  if (sign === "-") {
    const operand = parseBinary(cursor, negationPower, depth + 1);
    if (!operand.ok) return operand;
    // -5 degC is a temperature, not the negative of one.
    if (operand.value.kind === "quantity") {
      return { ok: true, value: { ...operand.value, at: token.at, value: -operand.value.value } };
    }
    return { ok: true, value: { kind: "negate", at: token.at, operand: operand.value } };
  }
  if (sign !== "(") return unexpected(token, "a value");
  const inner = parseBinary(cursor, 0, depth + 1);
  if (!inner.ok) return inner;
  if (!isSign(peek(cursor), ")")) return unexpected(peek(cursor), "')'");
  cursor.next++;
  return inner;
}

function parseReference(cursor: Cursor, first: Token & { kind: "name" }): Outcome<Expression> {
  const path = [first.name];
  while (isSign(peek(cursor), ".")) {
    cursor.next++;
    const token = peek(cursor);
    if (token.kind !== "name") return unexpected(token, "a name");
    path.push(token.name);
    cursor.next++;
  }
  return { ok: true, value: { kind: "reference", at: first.at, path } };
}

function parseCall(cursor: Cursor, name: string, at: number, depth: number): Outcome<Expression> {
  cursor.next++;
  const args: Expression[] = [];
  while (!isSign(peek(cursor), ")")) {
    if (args.length > 0) {
      if (!isSign(peek(cursor), ",")) return unexpected(peek(cursor), "',' or ')'");
      cursor.next++;
    }
    const arg = parseBinary(cursor, 0, depth + 1);
    if (!arg.ok) return arg;
    args.push(arg.value);
  }
  cursor.next++;
  return { ok: true, value: { kind: "call", at, name, args } };
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === "sign" && token.sign === sign;
}

function unexpected<T>(token: Token, wanted: string): Outcome<T> {
  return refuseAt(token.at, "expression.syntax", `${wanted} must stand here, not ${nameOf(token)}`);
}

function nameOf(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end";
    case "sign":
      return `'${token.sign}'`;
    case "name":
      return `'${token.name}'`;
    case "string":
      return "a text";
    case "quantity":
      return "a number";
  }
}
