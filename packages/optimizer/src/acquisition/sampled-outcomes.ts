import type { Random } from "../random/create-random.ts";

/** Draws from the joint posterior of several objectives at several designs, measured or pending; larger is better. */
export interface SampledOutcomes {
  readonly samples: number;
  readonly designs: number;
  readonly objectives: number;
  /**
   * Objective j of design i in sample s stands at (s·designs + i)·objectives + j; -Infinity where the design breaks a limit in
   * that sample.
   */
  readonly values: Float64Array;
}

/** Independent normal beliefs about N candidates: that about objective j of candidate i stands at j·N + i. */
export interface CandidateBeliefs {
  readonly means: Float64Array;
  /** Not negative. */
  readonly variances: Float64Array;
}

/** Returns the logarithm of the gain of each candidate, given the beliefs about them; -Infinity where there is none. */
export type GainsOf = (beliefs: CandidateBeliefs) => Float64Array;

/** What tells how much the candidates of one field gain, the same for every candidate that is compared with them. */
export interface FieldGains {
  readonly gainsOf: GainsOf;
  /** Whether none of the field is expected to gain anything: then what is told is no gain, and ranks what is likeliest to lead to one. */
  readonly isNil: boolean;
}

/** Returns the outcomes of one sample, a row a design. */
export function outcomesOf({ designs, objectives, values }: SampledOutcomes, sample: number): Float64Array[] {
  return Array.from({ length: designs }, (_, i) => {
    const start = (sample * designs + i) * objectives;
    return values.subarray(start, start + objectives);
  });
}

/** Returns the first samples, at most so many. */
export function firstSamples({ samples, designs, objectives, values }: SampledOutcomes, most: number): SampledOutcomes {
  const count = Math.min(samples, most);
  return { samples: count, designs, objectives, values: values.subarray(0, count * designs * objectives) };
}

/** Returns the samples with one more design, a picked candidate: a draw of its beliefs in each sample. */
export function addPicked(
  sampled: SampledOutcomes,
  { means, variances }: CandidateBeliefs,
  candidate: number,
  random: Random,
): SampledOutcomes {
  const { samples, designs, objectives } = sampled;
  const count = means.length / objectives;
  const values = new Float64Array(samples * (designs + 1) * objectives);
  for (let s = 0; s < samples; s++) {
    const start = s * (designs + 1) * objectives;
    values.set(sampled.values.subarray(s * designs * objectives, (s + 1) * designs * objectives), start);
    for (let j = 0; j < objectives; j++) {
      const at = j * count + candidate;
      const draw = (means[at] as number) + Math.sqrt(variances[at] as number) * random.normal();
      values[start + designs * objectives + j] = draw;
    }
  }
  return { samples, designs: designs + 1, objectives, values };
}
