import type { DesignValue } from "@labloop/contracts";
import type { Complaint } from "./axis.ts";

/** The values of a design in the order of the axes. */
export type Values = readonly DesignValue[];

/** A weighted sum of numeric axes that lies within bounds, ±Infinity where there is none. */
export interface Row {
  readonly axes: readonly number[];
  /** One per axis of the row. */
  readonly weights: readonly number[];
  readonly min: number;
  readonly max: number;
  /** How far outside the bounds a sum may lie by rounding. */
  readonly tolerance: number;
}

/** How many of some axes are not 0. */
export interface Support {
  readonly axes: readonly number[];
  /** One per axis of the support: what is no larger is 0 but for rounding. */
  readonly dust: readonly number[];
  readonly atLeast: number;
  readonly atMost: number;
}

/** A constraint of a study, ready to judge designs whose values none of the axes refuses. */
export interface Rule {
  /** Its place in the study: `constraints.2`. */
  readonly path: string;
  /** Every axis that it judges. */
  readonly axes: readonly number[];
  /** Whether its row is the parts of a mixture. */
  readonly mixture: boolean;
  readonly row: Row | null;
  readonly support: Support | null;
  /** Returns by how much a design breaks it, without unit; 0 where it holds, Infinity where the expression has no value. */
  excess(values: Values): number;
  /** Returns what is wrong, with the values; empty where it holds. */
  complaints(values: Values): Complaint[];
}

/** Returns the weighted sum of a design. */
export function sumOf(row: Row, values: Values): number {
  let sum = 0;
  for (let i = 0; i < row.axes.length; i++) {
    sum += (row.weights[i] as number) * (values[row.axes[i] as number] as number);
  }
  return sum;
}

/** Returns what must be added to a sum to bring it within the bounds of the row; 0 where it is, within the tolerance. */
export function shortfall(row: Row, values: Values): number {
  const sum = sumOf(row, values);
  if (sum < row.min - row.tolerance) return row.min - sum;
  if (sum > row.max + row.tolerance) return row.max - sum;
  return 0;
}

/** Returns how many of the axes of a support are not 0. */
export function supportSize(support: Support, values: Values): number {
  return support.axes.reduce(
    (count, axis, i) => count + (Math.abs(values[axis] as number) <= (support.dust[i] as number) ? 0 : 1),
    0,
  );
}
