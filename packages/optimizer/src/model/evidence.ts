import type { NeuralEnsemble } from "../neural/ensemble.ts";
import type { Loneliness } from "../space/loneliness.ts";

/** Readings of one quantity, larger being better, at encoded designs. */
export interface Evidence {
  /** One encoded design per reading; each of the same length f. */
  readonly features: readonly Float64Array[];
  /** One per feature: the number, from 0 without gaps, of the lengthscale that it uses. */
  readonly groups: Int32Array;
  /** One per reading, finite. */
  readonly values: readonly number[];
  /** The standard uncertainty of each reading where it is known, else null; of none where it is left out. */
  readonly uncertainties?: readonly (number | null)[];
  /** What related campaigns read of the same quantity, in rising order of their names; none where it is left out. */
  readonly related?: readonly RelatedEvidence[];
  /** How lonely designs are among those listed; left out where there is no list, or nothing is lonelier than another. */
  readonly loneliness?: Loneliness;
  /** Whether processes learn from these readings how far their surfaces spread; left out, their variance is 1. */
  readonly learnsVariance?: boolean;
  /** Networks that were trained on these readings, where there are any. */
  readonly learned?: NeuralEnsemble;
}

/** What a related campaign read of the same quantity, at designs encoded in the same way. */
export interface RelatedEvidence {
  readonly task: string;
  /** One encoded design per reading, at least one. */
  readonly features: readonly Float64Array[];
  readonly values: readonly number[];
  /** The standard uncertainty of each reading where it is known, else null; of none where it is left out. */
  readonly uncertainties?: readonly (number | null)[];
}
