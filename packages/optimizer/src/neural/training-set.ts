import { sha256 } from "@labloop/contracts/digest";
import type { Evidence } from "../model/evidence.ts";
import { type ShapedOutcomes, shapeOutcomes } from "../model/shape-outcomes.ts";
import { type PooledReadings, poolReplicates } from "../model/pool-replicates.ts";
import { rowSlope } from "../model/row-slope.ts";
import type { TrainingSet } from "./ensemble.ts";

/** Readings as networks see them. */
export interface LearnedReadings {
  readonly outcomes: ShapedOutcomes;
  /** One row a distinct design, in the order of a Gaussian process's. */
  readonly readings: PooledReadings;
  /** What brings a mean log density of those rows to the standardised unit of the readings. */
  readonly logSlope: number;
  /** SHA-256 of the readings' bytes. */
  readonly digest: string;
}

/** Returns the readings of one quantity, at least one, bent towards a normal distribution as far as they ask for it, and pooled. */
export function learnedReadings({ features, groups, values }: Evidence): LearnedReadings {
  const outcomes = shapeOutcomes(values, "yeo-johnson") ?? (shapeOutcomes(values, "identity") as ShapedOutcomes);
  const readings = poolReplicates(features, outcomes.values, groups.length);
  const bytes = Float64Array.of(...readings.inputs, ...readings.means, ...readings.replicates);
  return {
    outcomes,
    readings,
    logSlope: rowSlope(outcomes, features, readings),
    digest: sha256(new Uint8Array(bytes.buffer)),
  };
}

/** Returns what networks learn from those readings with a seed. */
export function trainingSet({ readings }: LearnedReadings, seed: number): TrainingSet {
  const { count, dimensions, inputs, means } = readings;
  return { count, dimensions, inputs, targets: means, seed };
}
