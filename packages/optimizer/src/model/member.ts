import type { KernelFamily } from "../kernel/kernel-types.ts";
import type { LeftOutRows } from "./leave-one-out.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { FittedTheta } from "./fit-theta.ts";
import type { OutcomeShape } from "./shape-outcomes.ts";
import type { Warp } from "./warp-inputs.ts";

/** Means and variances, in a member's own standard units. */
export interface Belief {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** What is believed of several designs together, in a member's own standard units. */
export interface JointBelief {
  readonly means: Float64Array;
  /** Row-major. */
  readonly covariance: Float64Array;
  /** The variance that a reading of one of them would have about its value. */
  readonly noise: number;
}

/** A related campaign, and the correlation of its value of a design with the own one, from 0 to 1. */
export interface RelatedTask {
  readonly task: string;
  readonly correlation: number;
}

/** One Gaussian process of a model, or an ensemble of networks, conditioned on the evidence. */
export interface Member {
  readonly family: KernelFamily | "neural-ensemble";
  readonly shape: OutcomeShape;
  readonly exponent: number;
  readonly theta: FittedTheta;
  /** How each feature is bent before its lengthscale counts; null where none is. */
  readonly warps: readonly Warp[] | null;
  /** The evidence as it was pooled: one row a distinct design, in lexicographic order. */
  readonly readings: PooledReadings;
  /** What is believed of each measured design itself, its own roughness included: one per row of `readings`. */
  readonly measured: Belief;
  /** What it draws on beside the own readings, and how alike it takes the surfaces to be; empty for most. */
  readonly related: readonly RelatedTask[];
  /** Of one that leans on how lonely a design is: what it takes one more of loneliness to change, in the member's units. */
  readonly slope?: number;
  /** Of one that draws on related campaigns: the share of the variance on own designs, 0 to 1, that it may be hoped to explain before they are looked at. */
  readonly promise?: number;
  /** Leave-one-out: mean log density of a left-out reading, in nats, in standardised units of the readings. */
  readonly looDensity: number;
  /** Leave-one-out: the share of the variance between designs that the others predict, at most 1. */
  readonly looSkill: number;
  /** Leave-one-out: mean square of a left-out reading's distance from its prediction in standard deviations; 1 is calibrated. */
  readonly looSpread: number;
  /** Leave-one-out: the share of the readings within the central 90 % of their predictions. */
  readonly looCovered: number;
  /** Leave-one-out: how far each row of `readings` lies from its prediction, in the member's units. */
  readonly looRows: LeftOutRows;
  /**
   * Returns what is believed of designs not measured yet, row-major N × f, their own roughness included; what is said of a
   * place does not depend on the others.
   */
  predict(places: Float64Array): Belief;
  /** Returns the means of `predict` to the bit and variances that are no smaller, at a fraction of its cost; null where it has none. */
  readonly glimpse: ((places: Float64Array) => Belief) | null;
  /**
   * Returns what is believed together of measured designs, by their rows in `readings`, and after them of designs not measured, row-major
   * N × f, their own roughness included. The roughness of designs near each other counts as independent.
   */
  joint(rows: readonly number[], places: Float64Array): JointBelief;
  /** Believes one more reading at an encoded design, equal to its mean: no mean changes and no variance grows. */
  believe(features: Float64Array): void;
  /** Forgets every reading that was only believed. */
  forget(): void;
  /** Returns a value in the unit of the readings in standard units; infinite where `restore` does not reach. */
  place(value: number): number;
  /** Returns a value in standard units in the unit of the readings. */
  restore(value: number): number;
}
