/** Readings of one quantity, larger being better, at encoded designs. */
export interface Evidence {
  /** One encoded design per reading; each of the same length f. */
  readonly features: readonly Float64Array[];
  /** One per feature: the number, from 0 without gaps, of the lengthscale that it uses. */
  readonly groups: Int32Array;
  /** One per reading, finite. */
  readonly values: readonly number[];
}
