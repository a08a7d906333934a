import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import { type Rule, shortfall, type Values } from "./rule.ts";

/** The axes of a study and the rules over them. */
export interface Frame {
  readonly axes: readonly Axis[];
  readonly rules: readonly Rule[];
}

/** Returns by how much a design breaks all rules together; 0 where it holds all. */
export function excessOf({ rules }: Frame, values: Values): number {
  return rules.reduce((sum, rule) => sum + rule.excess(values), 0);
}

/** Returns whether a weighted sum of the design lies outside its bounds. */
export function breaksRows({ rules }: Frame, values: Values): boolean {
  return rules.some(({ row }) => row !== null && shortfall(row, values) !== 0);
}

/** Returns the values with what is only rounding taken out of those without a grid: designs that can be told apart differ in it. */
export function marksOf({ axes }: Frame, values: Values): DesignValue[] {
  return values.map((value, index) => (axes[index] as Axis).mark(value));
}

/** Returns each value as its axis can set it, whatever the rules say. */
export function snapEach({ axes }: Frame, values: Values): DesignValue[] {
  return values.map((value, index) => (axes[index] as Axis).snap(value));
}

/** Returns each value as its axis can set it and a person would write it down, whatever the rules say. */
export function roundEach({ axes }: Frame, values: Values): DesignValue[] {
  return values.map((value, index) => (axes[index] as Axis).round(value));
}
