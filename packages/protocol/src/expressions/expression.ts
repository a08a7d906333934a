import type { Unit } from "../units/unit.ts";

/** A function applied to arguments. */
export interface Call {
  readonly kind: "call";
  readonly at: number;
  readonly name: string;
  readonly args: readonly Expression[];
}

/** The syntax tree of an expression; `at` is the offset in its text of the character to point at. */
export type Expression =
  | { readonly kind: "quantity"; readonly at: number; readonly value: number; readonly unit: Unit }
  | { readonly kind: "string"; readonly at: number; readonly value: string }
  | { readonly kind: "reference"; readonly at: number; readonly path: readonly string[] }
  | { readonly kind: "negate"; readonly at: number; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | Call;

/** An arithmetic operator. */
export type Operator = "+" | "-" | "*" | "/";
