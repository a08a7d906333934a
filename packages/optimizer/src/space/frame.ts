import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import type { Rule, Values } from "./rule.ts";

/** The axes of a study and the rules over them. */
export interface Frame {
  readonly axes: readonly Axis[];
  readonly rules: readonly Rule[];
}

/** Returns by how much a design breaks all rules together; 0 where it holds all. */
export function excessOf({ rules }: Frame, values: Values): number {
  return rules.reduce((sum, rule) => sum + rule.excess(values), 0);
}

/** Returns a text that two designs share exactly when their values are equal. */
export function keyOf(values: Values): string {
  let key = "";
  for (const value of values) key += `${typeof value === "number" ? value : JSON.stringify(value)},`;
  return key;
}

/** Returns each value as its axis can set it, whatever the rules say. */
export function snapEach({ axes }: Frame, values: Values): DesignValue[] {
  return values.map((value, index) => (axes[index] as Axis).snap(value));
}
