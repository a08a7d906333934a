import type { DesignValue } from "@labloop/contracts";

/** What is wrong with a value, without its place. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
}

/** One parameter of a study: what values it takes, and how the model sees them. */
export interface Axis {
  readonly name: string;
  /** How many features a value becomes; 0 where there is only one value. */
  readonly width: number;
  /** Whether each feature has a lengthscale of its own; else all share one. */
  readonly apart: boolean;
  /** Whether values next to each other are alike. */
  readonly ordered: boolean;
  /** How much of its scale designs span, 0 to 1: what is near is so on this scale. */
  readonly extent: number;
  /** How many values there are; Infinity without a grid. */
  readonly size: number;
  /** Its bounds and the scale that features are on where it is numeric, else null. */
  readonly range: { readonly min: number; readonly max: number; featureOf(value: number): number } | null;
  /** Writes the features of a value from `at` on; the value must not be refused. */
  encode(value: DesignValue, features: Float64Array, at: number): void;
  /** Returns the nearest value that can be set; what is not a number or not finite comes back as it is. */
  snap(value: DesignValue): DesignValue;
  /** Returns the nearest value that can be set and that a person would write down: without a grid a millionth of the scale is told. */
  round(value: DesignValue): DesignValue;
  /** Returns what two values that can be set share where they differ by no more than rounding. */
  mark(value: DesignValue): DesignValue;
  /** Returns why a value cannot be encoded, or null: a wrong kind of value, or a name that is none of the options. */
  refuse(value: DesignValue): Complaint | null;
  /** Returns why a value cannot be set, or null. */
  check(value: DesignValue): Complaint | null;
  /** Returns the value that a number in [0, 1) stands for: all values have equal shares, or lengths of the scale. */
  fromUnit(unit: number): DesignValue;
  /** Returns a number in [0, 1] that stands for a value that is not refused. */
  toUnit(value: DesignValue): number;
  /** Returns the next value up or down; the same value at an end, and without a grid. */
  step(value: DesignValue, direction: 1 | -1): DesignValue;
}
