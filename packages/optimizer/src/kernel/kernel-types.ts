import type { BackEndKind } from "./back-end.ts";

/** Matérn with ν = 5/2 or 3/2, or the squared exponential. */
export type KernelFamily = "matern-5/2" | "rbf";

/** What a Gaussian process of prior variance 1 is conditioned on. */
export interface KernelData {
  /** Row-major n × f, scaled by the caller so that a full range is about 1. */
  readonly features: Float64Array;
  /** One per feature: the number, from 0 without gaps, of the lengthscale that it uses. */
  readonly groups: Int32Array;
  /** One per row. */
  readonly values: Float64Array;
  /** One per row, ≥ 0: the share of the noise variance that the row bears, 1 / replicates for a mean. */
  readonly noiseWeights: Float64Array;
  /** One per row, ≥ 0: a noise variance of its own. */
  readonly knownVariances: Float64Array;
  readonly family: KernelFamily;
  /** Rows that can be appended before memory must be laid out anew; 16 by default. */
  readonly room?: number;
}

/** Hyperparameters, in the units of features and values. */
export interface Theta {
  /** One per group, > 0. */
  readonly lengthscales: ArrayLike<number>;
  /** Variance, ≥ 0. */
  readonly noise: number;
  /** Added to every diagonal entry of the covariance; 0 by default. */
  readonly jitter?: number;
}

/** The pieces of a Gaussian likelihood with covariance K = R + diag(noise·weight + known + jitter), e = values - mean. */
export interface Likelihood {
  /** The generalised-least-squares constant, 1ᵀK⁻¹y / 1ᵀK⁻¹1. */
  readonly mean: number;
  /** eᵀK⁻¹e. */
  readonly quadratic: number;
  /** ln |K|. */
  readonly logDeterminant: number;
  /** 1ᵀK⁻¹1, for a likelihood with the mean integrated out. */
  readonly oneKinvOne: number;
}

/** The pieces with their slopes by the logarithms of the lengthscales, one per group, and of the noise, the last. */
export interface LikelihoodSlopes extends Likelihood {
  /** αᵀ(∂K/∂ln p)α with α = K⁻¹e: minus the slope of `quadratic`, since the mean is at its optimum. */
  readonly quadraticSlopes: Float64Array;
  /** tr(K⁻¹·∂K/∂ln p): the slope of `logDeterminant`. */
  readonly traceSlopes: Float64Array;
}

/** One more reading. */
export interface AppendedRow {
  readonly features: ArrayLike<number>;
  readonly value: number;
  /** Its whole noise variance, ≥ 0; it does not follow a later change of the noise. */
  readonly noiseVariance: number;
}

/**
 * A Gaussian process in a memory of its own. Predictions are of the latent function, in units of the prior variance 1.
 *
 * Every function throws a RangeError that names the row where it is given NaN or infinity, and an Error where it is called
 * before `load`, or before `factor` where it needs one. None throws on finite data.
 */
export interface Kernel {
  readonly backEnd: BackEndKind;
  /** Replaces data and factor. */
  load(data: KernelData): void;
  /** Returns the rows held: loaded and appended. */
  rows(): number;
  /** Returns the likelihood of all rows held, or null when the covariance is not positive definite in doubles; keeps no factor. */
  evaluate(theta: Theta, options: { readonly slopes: true }): LikelihoodSlopes | null;
  evaluate(theta: Theta, options: { readonly slopes: false }): Likelihood | null;
  /** Makes and keeps what predictions need, for all rows held; null, and no factor kept, when not positive definite. */
  factor(theta: Theta): Likelihood | null;
  /** Returns the constant mean of the factor. */
  mean(): number;
  /** Returns K⁻¹(y - mean). */
  alpha(): Float64Array;
  /** Returns the diagonal of K⁻¹; with `alpha` it gives leave-one-out predictions in closed form. */
  inverseDiagonal(): Float64Array;
  /** Writes means and variances (at least 1e-14) at `places`, row-major B × f; a place's bits do not depend on the others. */
  predict(places: Float64Array, means: Float64Array, variances: Float64Array): void;
  /** Writes the means of `predict`, to the bit, in O(n) a place where `predict` takes O(n²). */
  predictMeans(places: Float64Array, means: Float64Array): void;
  /** Writes the means and the joint covariance, B × B, whose diagonal is that of `predict`. */
  covariance(places: Float64Array, means: Float64Array, covariance: Float64Array): void;
  /**
   * Conditions on one more row in O(n²); false, and nothing changed, when the covariance would not be positive definite.
   * With `keepMean` the constant mean stays, as fantasies want.
   */
  appendRow(row: AppendedRow, options?: { readonly keepMean?: boolean }): boolean;
  /** Drops the last `count` appended rows, all of them by default, and returns to the bits from before. */
  dropRows(count?: number): void;
}
