import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import { type FittedTheta, unitTheta } from "./fit-theta.ts";
import { loadShared } from "./load-shared.ts";
import { leaveOneOut } from "./leave-one-out.ts";
import { noiseOf } from "./noise-of.ts";
import { newsOf } from "./news-of.ts";
import { jointBelief } from "./joint-belief.ts";
import type { Belief, Member, RelatedTask } from "./member.ts";
import type { ShapedOutcomes } from "./shape-outcomes.ts";
import { type Warp, warpInputs } from "./warp-inputs.ts";

// Room for believed readings before the kernel lays out its memory anew.
const ROOM = 32;
const JITTERS = [1e-9, 1e-7, 1e-6, 1e-5, 1e-4];

/** What a member is conditioned with. */
export interface MemberFit {
  /** Of all features, those that tell campaigns apart first. */
  readonly groups: Int32Array;
  readonly family: KernelFamily;
  readonly outcomes: Pick<ShapedOutcomes, "shape" | "exponent" | "place" | "restore">;
  /** Returns what brings a mean log density of pooled rows to the standardised unit of the readings, as `rowSlope`. */
  readonly slopeOf: (rows: PooledReadings) => number;
  readonly theta: FittedTheta;
  /** One a feature; null bends none. */
  readonly warps: readonly Warp[] | null;
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
  { groups, family, outcomes, slopeOf, theta, warps }: MemberFit,
  readings: PooledReadings,
  part: Member | null,
  { rows, tasks }: Company = { rows: readings, tasks: [] },
): Member | null {
  const bent = { ...rows, inputs: warpInputs(rows.inputs, warps) };
  loadShared(kernel, bent, groups, family, theta.noiseShare, ROOM);
  const encoded = (features: Float64Array) => widen(warpInputs(features, warps), groups.length, tasks.length);
  const { lengthscales, variance, roughness, noiseShare } = theta;
  const unit = unitTheta(theta);
  const factored = JITTERS.some((jitter) => kernel.factor({ ...unit, jitter }) !== null);
  if (!factored) return null;
  const alpha = kernel
    .alpha()
    .subarray(0, readings.count)
    .map((one) => one / variance);
  const precision = kernel
    .inverseDiagonal()
    .subarray(0, readings.count)
    .map((one) => one / variance);
  const own = (1 - noiseShare) * roughness;
  const width = groups.length - tasks.length;
  let known = [readings.inputs];
  const left = leaveOneOut(readings.means, alpha, precision);
  const measured = believeMeasured(readings, noiseShare * roughness, alpha, precision);
  return {
    family,
    shape: outcomes.shape,
    exponent: outcomes.exponent,
    theta: { ...theta, lengthscales: lengthscales.subarray(tasks.length) },
    warps,
    readings,
    measured,
    related: tasks,
    looDensity: left.density + slopeOf(readings),
    looSkill: left.skill,
    looSpread: left.spread,
    looCovered: left.covered,
    looRows: left.rows,
    predict(places) {
      const count = places.length / width;
      const means = new Float64Array(count);
      const variances = new Float64Array(count);
      kernel.predict(encoded(places), means, variances);
      const news = newsOf(places, known, width);
      return { means, variances: variances.map((one, i) => variance * one + own * (news[i] as number)) };
    },
    glimpse:
      part === null
        ? null
        : (places) => {
            const means = new Float64Array(places.length / groups.length);
            kernel.predictMeans(encoded(places), means);
            return { means, variances: part.predict(places).variances };
          },
    joint(rows, places) {
      const all = new Float64Array(rows.length * width + places.length);
      rows.forEach((row, i) => all.set(readings.inputs.subarray(row * width, (row + 1) * width), i * width));
      all.set(places, rows.length * width);
      const count = rows.length + places.length / width;
      const means = new Float64Array(count);
      const covariance = new Float64Array(count * count);
      kernel.covariance(encoded(all), means, covariance);
      const surface = { means, covariance: covariance.map((one) => variance * one) };
      const news = newsOf(places, known, width);
      return jointBelief(surface, { readings, measured, rows, own, noise: noiseShare * roughness, news });
    },
    believe(features) {
      const place = encoded(features);
      const mean = new Float64Array(1);
      kernel.predict(place, mean, new Float64Array(1));
      // A reading that the factor cannot take would add no information.
      kernel.appendRow({ features: place, value: mean[0] as number, noiseVariance: unit.noise }, { keepMean: true });
      known = [...known, features];
    },
    forget() {
      kernel.dropRows();
      known = [readings.inputs];
    },
    place: (value) => outcomes.place(value),
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
  readings: PooledReadings,
  noise: number,
  alpha: Float64Array,
  precision: Float64Array,
): Belief {
  const { means } = readings;
  const share = means.map((_, row) => noiseOf(readings, row, noise));
  return {
    means: means.map((value, i) => value - (share[i] as number) * (alpha[i] as number)),
    variances: share.map((q, i) => Math.max(1e-14, q - q * q * (precision[i] as number))),
  };
}
