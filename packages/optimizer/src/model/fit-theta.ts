import type { Kernel, KernelFamily, LikelihoodSlopes } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { fineStarts, SURE } from "./fine-starts.ts";
import { minimiseBounded } from "./minimise-bounded.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import { lengthscalePrior, roughnessPrior } from "./hyper-prior.ts";
import { thinReadings } from "./thin-readings.ts";

/** Hyperparameters of one Gaussian process of prior variance 1. */
export interface FittedTheta {
  readonly lengthscales: Float64Array;
  /** Variance of one reading about the smooth surface: what a repeat of the design changes and what it does not. */
  readonly roughness: number;
  /** The share of `roughness` that a repeat changes; the rest belongs to the design. */
  readonly noiseShare: number;
  /** Log posterior density at the optimum in nats, null when nothing could be fitted and the priors' medians stand. */
  readonly logPosterior: number | null;
}

const LENGTHSCALES = [0.025, 1000] as const;
const ROUGHNESS = [2e-5, 10] as const;
const TOLERANCE = 1e-3;
const STEPS = 40;
// What may be a property of the design and what of the reading: without repeats nobody knows, so half of each.
const UNKNOWN_SHARE = 0.5;
// Of twice as many designs or more, a start is first moved to where so many of them put the optimum.
const SKETCHED = 48;
// In nats. A start that is still further behind after that would not catch up.
const BEHIND = 2;
const SHARES = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95];

/**
 * Returns the hyperparameters of highest posterior density found from two starts, the priors' medians and a rough, long-ranged
 * surface, the second by a part of many designs where that says enough, and from finer structure where that is surely there; where
 * designs were repeated, the noise share of highest density too. The first `tasks` groups tell campaigns apart and are not counted as
 * dimensions of the space; with `from` the search starts from there alone, and looks for finer structure if `closely`.
 *
 * The model: reading = c + f(x) + g(design) + noise, f a Gaussian process of variance 1, g and noise independent of everything
 * with variances (1 - share)·roughness and share·roughness, c the constant of highest likelihood. Laboratory surfaces are rougher
 * than any kernel says, in ways that repeat: taking all of it for noise makes a good design look like luck.
 * `kernel` loses what it held. Never fails.
 */
export function fitTheta(
  kernel: Kernel,
  readings: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  {
    tasks = 0,
    from = null,
    closely = false,
  }: { readonly tasks?: number; readonly from?: FittedTheta | null; readonly closely?: boolean } = {},
): FittedTheta {
  const repeated = readings.readings > readings.count;
  const first = from === null ? null : logsOf(from);
  const best = climb(kernel, readings, groups, family, UNKNOWN_SHARE, { from: first, tasks, closely });
  if (!repeated || best.logPosterior === null) return best;
  const at = logsOf(best);
  let likeliest = { share: UNKNOWN_SHARE, density: Number.NEGATIVE_INFINITY };
  for (const share of SHARES) {
    const density =
      -posterior(kernel, readings, groups, family, share, tasks)(at, null) + 3 * log(4 * share * (1 - share));
    if (density > likeliest.density) likeliest = { share, density };
  }
  if (likeliest.share === UNKNOWN_SHARE) return best;
  const moved = climb(kernel, readings, groups, family, likeliest.share, { from: at, tasks, closely: false });
  return moved.logPosterior === null ? best : moved;
}

function logsOf({ lengthscales, roughness }: FittedTheta): Float64Array {
  return Float64Array.of(...lengthscales.map(log), log(roughness));
}

/** Loads a kernel with readings whose roughness is split by `share`, what a repeat changes being left to the noise where that is known; `room` more rows may be appended. */
export function loadShared(
  kernel: Kernel,
  readings: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  share: number,
  room: number,
): void {
  kernel.load({
    features: readings.inputs,
    groups,
    values: readings.means,
    noiseWeights: readings.replicates.map(
      (repeats, row) => (readings.knownVariances[row] === 0 ? share / repeats : 0) + (1 - share),
    ),
    knownVariances: readings.knownVariances,
    family,
    room,
  });
}

function climb(
  kernel: Kernel,
  readings: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  share: number,
  { from, tasks, closely }: { readonly from: Float64Array | null; readonly tasks: number; readonly closely: boolean },
): FittedTheta {
  const count = countGroups(groups);
  const prior = lengthscalePrior(count - tasks);
  const start = (logLength: number, logRoughness: number) => {
    const vector = new Float64Array(count + 1).fill(logLength);
    vector[count] = logRoughness;
    return vector;
  };
  const middle = start(prior.mode, roughnessPrior.mode);
  const rough = start(prior.mode + 1, log(0.3));
  const lower = start(log(LENGTHSCALES[0]), log(ROUGHNESS[0]));
  const upper = start(log(LENGTHSCALES[1]), log(ROUGHNESS[1]));
  // A part of several campaigns together might be of one alone.
  const sketched = from === null && tasks === 0 && readings.count >= 2 * SKETCHED;
  const sketch = sketched ? posterior(kernel, thinReadings(readings, SKETCHED), groups, family, share, tasks) : null;
  const nearer = sketch === null ? rough : minimiseBounded(sketch, rough, lower, upper, TOLERANCE, STEPS).x;
  const objective = posterior(kernel, readings, groups, family, share, tasks);
  let best: Float64Array = middle;
  let lowest = Number.POSITIVE_INFINITY;
  if (readings.count > 1) {
    for (const first of from === null ? [middle, nearer] : [from]) {
      if (sketched && first === nearer && objective(first, null) > lowest + BEHIND) continue;
      const found = minimiseBounded(objective, first, lower, upper, TOLERANCE, STEPS);
      if (found.value < lowest) {
        lowest = found.value;
        best = found.x;
      }
    }
    for (const fine of closely ? fineStarts(best, prior.mode) : []) {
      if (!(objective(fine, null) < lowest)) continue;
      const found = minimiseBounded(objective, fine, lower, upper, TOLERANCE, STEPS);
      if (!(found.value < lowest - SURE)) continue;
      lowest = found.value;
      best = found.x;
    }
  }
  return {
    lengthscales: Float64Array.from(best.subarray(0, count), exp),
    roughness: exp(best[count] as number),
    noiseShare: share,
    logPosterior: Number.isFinite(lowest) ? -lowest : null,
  };
}

/** Minus the log posterior density at ln(lengthscales) then ln(roughness), with its gradient where that is wanted; loads the kernel. */
function posterior(
  kernel: Kernel,
  readings: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  share: number,
  tasks: number,
): (logHyper: Float64Array, gradient: Float64Array | null) => number {
  loadShared(kernel, readings, groups, family, share, 0);
  const count = countGroups(groups);
  const prior = lengthscalePrior(count - tasks);
  const repeats = readings.readings - readings.count;
  return (logHyper, gradient) => {
    const logRoughness = logHyper[count] as number;
    const noise = share * exp(logRoughness);
    const theta = { lengthscales: logHyper.subarray(0, count).map(exp), noise: exp(logRoughness), jitter: 1e-9 };
    const slopes = gradient === null ? null : kernel.evaluate(theta, { slopes: true });
    const found = gradient === null ? kernel.evaluate(theta, { slopes: false }) : slopes;
    if (found === null) return Number.POSITIVE_INFINITY;
    // Repeats tell of the noise alone: their scatter about their own means has no part of the design in it.
    const scatter = repeats === 0 ? 0 : repeats * log(noise) + readings.scatter / noise;
    let value = 0.5 * (found.quadratic + found.logDeterminant + scatter) - roughnessPrior.density(logRoughness);
    for (let i = 0; i < count; i++) value -= prior.density(logHyper[i] as number);
    if (gradient !== null && slopes !== null) {
      for (let i = 0; i < count; i++) {
        gradient[i] = halfDifference(slopes, i) - prior.slope(logHyper[i] as number);
      }
      const scatterSlope = repeats === 0 ? 0 : 0.5 * (repeats - readings.scatter / noise);
      gradient[count] = halfDifference(slopes, count) + scatterSlope - roughnessPrior.slope(logRoughness);
    }
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  };
}

/** The slope of minus the log likelihood in one hyperparameter. */
function halfDifference({ quadraticSlopes, traceSlopes }: LikelihoodSlopes, i: number): number {
  return -0.5 * ((quadraticSlopes[i] as number) - (traceSlopes[i] as number));
}

/** Returns how many lengthscales there are. */
export function countGroups(groups: Int32Array): number {
  return groups.reduce((most, group) => Math.max(most, group + 1), 0);
}
