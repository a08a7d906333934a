import type { Design, StudyDraft } from "@labloop/contracts";

/** A function whose optimum is known, as a study. */
export interface Problem {
  readonly name: string;
  readonly kind: "single" | "constrained" | "mixed" | "several";
  readonly study: StudyDraft;
  /** Returns every objective and constrained outcome of a design. */
  evaluate(design: Design): Record<string, number>;
  /** Of one objective: its least value, where the constraints hold. Of several: the greatest hypervolume. */
  readonly best: number;
  /** Designs that reach `best`, where it is reached by one. */
  readonly optima: readonly Design[];
}

/** Returns continuous parameters x1, x2, … between bounds. */
export function box(bounds: readonly (readonly [number, number])[]): StudyDraft["parameters"] {
  return bounds.map(([min, max], i) => ({ kind: "continuous", name: `x${i + 1}`, min, max }));
}

/** Returns limits on outcomes c1, c2, …, which have to be 0 at least. */
export function limits(count: number): StudyDraft["outcomeConstraints"] & object {
  return Array.from({ length: count }, (_, i) => ({ name: `c${i + 1}`, min: 0 }));
}

/** Returns outcomes c1, c2, … of what is left to each limit. */
export function slacks(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [`c${i + 1}`, value]));
}

/** Returns the design of a row of numbers. */
export function designOf(row: readonly number[]): Design {
  return Object.fromEntries(row.map((value, i) => [`x${i + 1}`, value]));
}

/** Returns the numbers of a design in order. */
export function rowOf(design: Design): number[] {
  return Array.from({ length: Object.keys(design).length }, (_, i) => Number(design[`x${i + 1}`]));
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
