import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import { type PooledReadings, poolReplicates } from "../surrogate/pool-replicates.ts";
import { exp } from "../special-functions/exp.ts";
import { standardise } from "../surrogate/standardise.ts";
import type { Evidence } from "./evidence.ts";
import { type FittedTheta, fitTheta, loadShared } from "./fit-theta.ts";
import { leaveOneOut } from "./leave-one-out.ts";
import { thinReadings } from "./thin-readings.ts";
import { type OutcomeShape, type ShapedOutcomes, shapeOutcomes } from "./shape-outcomes.ts";

/** Means and variances, in a member's own standard units. */
interface Belief {
  readonly means: Float64Array;
  readonly variances: Float64Array;
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
  /** The evidence as it was pooled: one row a distinct design, in lexicographic order. */
  readonly readings: PooledReadings;
  /** What is believed of each measured design itself, its own roughness included: one per row of `readings`. */
  readonly measured: Belief;
  /** What it draws on beside the own readings, and how alike it takes the surfaces to be; empty for most. */
  readonly related: readonly RelatedTask[];
  /** Of one that does: the share of the variance on own designs, 0 to 1, that it may be hoped to explain before they are looked at. */
  readonly promise?: number;
  /** Leave-one-out: mean log density of a left-out reading, in nats, in standardised units of the readings. */
  readonly looDensity: number;
  /** Leave-one-out: the share of the variance between designs that the others predict, at most 1. */
  readonly looSkill: number;
  /** Leave-one-out: mean square of a left-out reading's distance from its prediction in standard deviations; 1 is calibrated. */
  readonly looSpread: number;
  /** Leave-one-out: the share of the readings within the central 90 % of their predictions. */
  readonly looCovered: number;
  /**
   * Returns what is believed of designs not measured yet, row-major N × f, their own roughness included; what is said of a
   * place does not depend on the others.
   */
  predict(places: Float64Array): Belief;
  /** Returns the means of `predict` to the bit and variances that are no smaller, at a fraction of its cost; null where it has none. */
  readonly glimpse: ((places: Float64Array) => Belief) | null;
  /** Believes one more reading at an encoded design, equal to its mean: no mean changes and no variance grows. */
  believe(features: Float64Array): void;
  /** Forgets every reading that was only believed. */
  forget(): void;
  /** Returns a value in the unit of the readings. */
  restore(value: number): number;
}

// Room for believed readings before the kernel lays out its memory anew.
const ROOM = 32;
// Hyperparameters of so many designs are as good as of more, and a fit costs the cube of their number.
export const MOST_FITTED = 160;
// Known variances in standard units: what is claimed to be smaller would make a duplicate singular, what is larger tells nothing.
const LEAST_KNOWN = 1e-8;
const MOST_KNOWN = 1e6;
const JITTERS = [1e-9, 1e-7, 1e-6, 1e-5, 1e-4];

/** A member conditioned on the designs that its hyperparameters come from, which is enough to judge it by. */
export interface MemberPart {
  readonly part: Member;
  /** Returns the member conditioned on all designs; `kernel` is another one than the part's. */
  complete(kernel: Kernel): Member | null;
}

/**
 * Returns one Gaussian process fitted to at least one reading, or null when the shape does not apply or no jitter makes the
 * covariance positive definite. The member owns `kernel` from then on. The order of the readings does not change a bit.
 *
 * Its hyperparameters come from at most `MOST_FITTED` designs; it is conditioned on all of them.
 */
export function fitMember(
  kernel: Kernel,
  evidence: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
): Member | null {
  const fit = fitShaped(kernel, evidence, family, shape);
  return fit === null ? null : conditionMember(kernel, fit, fit.readings, null);
}

/** Returns the part of a member by which it is judged; fails as `fitMember` does. */
export function fitPart(
  kernel: Kernel,
  evidence: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
): MemberPart | null {
  const fit = fitShaped(kernel, evidence, family, shape);
  const part = fit === null ? null : conditionMember(kernel, fit, fit.fitted, null);
  if (fit === null || part === null) return null;
  return { part, complete: (own) => conditionMember(own, fit, fit.readings, part) };
}

/** What a member is conditioned with. */
export interface MemberFit {
  /** Of all features, those that tell campaigns apart first. */
  readonly groups: Int32Array;
  readonly family: KernelFamily;
  readonly outcomes: Pick<ShapedOutcomes, "shape" | "exponent" | "logSlope" | "restore">;
  readonly theta: FittedTheta;
}

/** A member's fit with all its readings, and those that its hyperparameters come from. */
interface ShapedFit extends MemberFit {
  readonly readings: PooledReadings;
  readonly fitted: PooledReadings;
}

function fitShaped(
  kernel: Kernel,
  { features, groups, values, uncertainties }: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
): ShapedFit | null {
  const outcomes = shapeOutcomes(values, shape);
  if (outcomes === null) return null;
  const known = uncertainties === undefined ? undefined : shapedVariances(values, uncertainties, outcomes.logSlopes);
  const readings = poolReplicates(features, outcomes.values, groups.length, known);
  const fitted = thinReadings(readings, MOST_FITTED);
  return { groups, family, outcomes, readings, fitted, theta: fitTheta(kernel, fitted, groups, family) };
}

/** Variances of known noise after a bend, by its slope at each reading; 0 where none is known. */
function shapedVariances(
  values: readonly number[],
  uncertainties: readonly (number | null)[],
  logSlopes: readonly number[],
): number[] {
  const unit = standardise(values).restoreSpread(1);
  return uncertainties.map((own, i) => {
    if (own === null) return 0;
    const spread = (own / unit) * exp(logSlopes[i] as number);
    return Math.min(MOST_KNOWN, Math.max(LEAST_KNOWN, spread * spread));
  });
}

/** Rows that a process is conditioned on beside the own ones. */
interface Company {
  /** The own rows first; before the features of a design stand as many others as there are `tasks`, 0 in own rows. */
  readonly rows: PooledReadings;
  readonly tasks: readonly RelatedTask[];
}

/**
 * Returns the member with given hyperparameters, as `fitMember`. `part` is the same member conditioned on fewer of the readings: they
 * leave every variance larger.
 */
export function conditionMember(
  kernel: Kernel,
  { groups, family, outcomes, theta }: MemberFit,
  readings: PooledReadings,
  part: Member | null,
  { rows, tasks }: Company = { rows: readings, tasks: [] },
): Member | null {
  loadShared(kernel, rows, groups, family, theta.noiseShare, ROOM);
  const { lengthscales, roughness, noiseShare } = theta;
  const factored = JITTERS.some((jitter) => kernel.factor({ lengthscales, noise: roughness, jitter }) !== null);
  if (!factored) return null;
  const alpha = kernel.alpha().subarray(0, readings.count);
  const precision = kernel.inverseDiagonal().subarray(0, readings.count);
  const own = (1 - noiseShare) * roughness;
  const left = leaveOneOut(readings.means, alpha, precision);
  return {
    family,
    shape: outcomes.shape,
    exponent: outcomes.exponent,
    theta: { ...theta, lengthscales: lengthscales.subarray(tasks.length) },
    readings,
    measured: believeMeasured(readings, noiseShare * roughness, alpha, precision),
    related: tasks,
    looDensity: left.density + outcomes.logSlope,
    looSkill: left.skill,
    looSpread: left.spread,
    looCovered: left.covered,
    predict(places) {
      const count = places.length / (groups.length - tasks.length);
      const means = new Float64Array(count);
      const variances = new Float64Array(count);
      kernel.predict(widen(places, groups.length, tasks.length), means, variances);
      return { means, variances: variances.map((variance) => variance + own) };
    },
    glimpse:
      part === null
        ? null
        : (places) => {
            const means = new Float64Array(places.length / groups.length);
            kernel.predictMeans(places, means);
            return { means, variances: part.predict(places).variances };
          },
    believe(features) {
      const place = widen(features, groups.length, tasks.length);
      const mean = new Float64Array(1);
      kernel.predict(place, mean, new Float64Array(1));
      // A reading that the factor cannot take would add no information.
      kernel.appendRow({ features: place, value: mean[0] as number, noiseVariance: roughness }, { keepMean: true });
    },
    forget: () => kernel.dropRows(),
    restore: (value) => outcomes.restore(value),
  };
}

/** Row-major features with zeros before those of each design. */
function widen(features: Float64Array, width: number, zeros: number): Float64Array {
  if (zeros === 0) return features;
  const own = width - zeros;
  const widened = new Float64Array((features.length / own) * width);
  for (let i = 0; i * own < features.length; i++) {
    widened.set(features.subarray(i * own, (i + 1) * own), i * width + zeros);
  }
  return widened;
}

/**
 * The value of design i is its mean reading less the noise that is believed to be in it: with noise variance q, known or s²/nᵢ,
 * mean y - q·α and variance q - q²·K⁻¹ᵢᵢ.
 */
function believeMeasured(
  { means, replicates, knownVariances }: PooledReadings,
  noise: number,
  alpha: Float64Array,
  precision: Float64Array,
): Belief {
  const share = replicates.map((repeats, i) => (knownVariances[i] as number) || noise / repeats);
  return {
    means: means.map((value, i) => value - (share[i] as number) * (alpha[i] as number)),
    variances: share.map((q, i) => Math.max(1e-14, q - q * q * (precision[i] as number))),
  };
}
