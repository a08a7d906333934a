import type { Outcome } from "@labloop/contracts";
import { one, type Unit } from "../units/unit.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { placeAt, refuseAt } from "./expression-fault.ts";

/** A word of an expression; `at` and `end` are offsets in its text. */
export type Token = { readonly at: number; readonly end: number } & (
  | { readonly kind: "quantity"; readonly value: number; readonly unit: Unit }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "sign"; readonly sign: string }
  | { readonly kind: "end" }
);

const space = /[\s\u00a0]*/y;
const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const text = /"[^"\n]*"|'[^'\n]*'/y;
const sign = /[-+*/(),.]/y;
const symbol = "[\\p{L}°%％℃℉]+(?:\\^-?\\d+|\\d)?";
const firstSymbol = new RegExp(`[ \\t\\u00a0]*(${symbol})`, "uy");
const nextSymbol = new RegExp(`[*·⋅/](?:${symbol})`, "uy");

/**
 * Returns the words of an expression.
 *
 * A symbol after a number is its unit. The unit goes on over `*`, `·` and `/` only where no space stands around them
 * and another unit follows: `25 mm/min` is a speed, `25 mm / t` a division.
 */
export function tokenize(source: string): Outcome<Token[]> {
  const tokens: Token[] = [];
  let at = endOf(space, source, 0) ?? 0;
  while (at < source.length) {
    const token = readToken(source, at);
    if (!token.ok) return token;
    tokens.push(token.value);
    at = endOf(space, source, token.value.end) ?? token.value.end;
  }
  tokens.push({ kind: "end", at: source.length, end: source.length });
  return { ok: true, value: tokens };
}

function readToken(source: string, at: number): Outcome<Token> {
  const afterNumber = endOf(number, source, at);
  if (afterNumber !== undefined) return readQuantity(source, at, afterNumber);
  for (const [kind, pattern] of [
    ["name", name],
    ["string", text],
    ["sign", sign],
  ] as const) {
    const end = endOf(pattern, source, at);
    if (end === undefined) continue;
    const word = source.slice(at, end);
    if (kind === "name") return { ok: true, value: { kind, at, end, name: word } };
    if (kind === "string") return { ok: true, value: { kind, at, end, value: word.slice(1, -1) } };
    return { ok: true, value: { kind, at, end, sign: word } };
  }
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const hint = character === "=" ? "'=' stands only before the expression of a step's parameter" : undefined;
  return refuseAt(at, "expression.syntax", `'${character}' cannot stand here`, hint);
}

function readQuantity(source: string, at: number, end: number): Outcome<Token> {
  const value = Number(source.slice(at, end));
  if (!Number.isFinite(value)) return refuseAt(at, "expression.syntax", "this number is too large");
  firstSymbol.lastIndex = end;
  const first = firstSymbol.exec(source)?.[1];
  if (first === undefined) return { ok: true, value: { kind: "quantity", at, end, value, unit: one } };
  const unitEnd = firstSymbol.lastIndex;
  const unitAt = unitEnd - first.length;
  let unit = placeAt(parseUnit(first), unitAt);
  let last = unitEnd;
  for (let next = endOf(nextSymbol, source, last); unit.ok && next !== undefined; ) {
    const longer = parseUnit(source.slice(unitAt, next));
    if (!longer.ok) break;
    unit = longer;
    last = next;
    next = endOf(nextSymbol, source, last);
  }
  return unit.ok ? { ok: true, value: { kind: "quantity", at, end: last, value, unit: unit.value } } : unit;
}

function endOf(pattern: RegExp, source: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : undefined;
}
