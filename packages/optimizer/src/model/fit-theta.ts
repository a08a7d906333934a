import type { Kernel, KernelFamily, Theta } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { countGroups } from "./count-groups.ts";
import { fineStarts, SURE } from "./fine-starts.ts";
import { hyperPosterior, type ProcessFrame } from "./hyper-posterior.ts";
import { minimiseBounded } from "./minimise-bounded.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import { lengthscalePrior, roughnessPrior } from "./hyper-prior.ts";
import { thinReadings } from "./thin-readings.ts";
import { widestSurface } from "./widest-surface.ts";

/** Hyperparameters of one Gaussian process. */
export interface FittedTheta {
  readonly lengthscales: Float64Array;
  /** Variance of the smooth surface before any reading; 1 where it was not learned. */
  readonly variance: number;
  /** Variance of one reading about the smooth surface: what a repeat of the design changes and what it does not. */
  readonly roughness: number;
  /** The share of `roughness` that a repeat changes; the rest belongs to the design. */
  readonly noiseShare: number;
  /** Log posterior density at the optimum in nats, null when nothing could be fitted and the priors' medians stand. */
  readonly logPosterior: number | null;
}

const LENGTHSCALES = [0.025, 1000] as const;
const ROUGHNESS = [2e-5, 10] as const;
const NARROWEST = 1e-3;
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
 * The model: reading = c + f(x) + g(design) + noise, f a Gaussian process of variance v, g and noise independent of everything
 * with variances (1 - share)·roughness and share·roughness, c the constant of highest likelihood. Laboratory surfaces are rougher
 * than any kernel says, in ways that repeat: taking all of it for noise makes a good design look like luck.
 *
 * v is 1 unless it is learned (`learnsVariance`), from a thousandth of the widest surface to that. Where readings state their uncertainty, which is no share of
 * a variance, and beside related campaigns it stays 1.
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
    learnsVariance = false,
  }: {
    readonly tasks?: number;
    readonly from?: FittedTheta | null;
    readonly closely?: boolean;
    readonly learnsVariance?: boolean;
  } = {},
): FittedTheta {
  const repeated = readings.readings > readings.count;
  const isLearned = learnsVariance && tasks === 0 && readings.knownVariances.every((variance) => variance === 0);
  const frame = { groups, family, tasks, widest: isLearned ? widestSurface(readings, groups, family) : null };
  const best = climb(kernel, readings, frame, UNKNOWN_SHARE, { from: from && logsOf(from, frame), closely });
  if (!repeated || best.logPosterior === null) return best;
  const at = logsOf(best, frame);
  let likeliest = { share: UNKNOWN_SHARE, density: Number.NEGATIVE_INFINITY };
  for (const share of SHARES) {
    const density = -hyperPosterior(kernel, readings, frame, share)(at, null) + 3 * log(4 * share * (1 - share));
    if (density > likeliest.density) likeliest = { share, density };
  }
  if (likeliest.share === UNKNOWN_SHARE) return best;
  const moved = climb(kernel, readings, frame, likeliest.share, { from: at, closely: false });
  return moved.logPosterior === null ? best : moved;
}

/** Returns hyperparameters as a kernel takes them, whose processes have the variance 1 before any reading. */
export function unitTheta({ lengthscales, roughness, variance }: FittedTheta): Pick<Theta, "lengthscales" | "noise"> {
  return { lengthscales, noise: roughness / variance };
}

/** Hyperparameters as `hyperPosterior` takes them. */
function logsOf(theta: FittedTheta, { widest }: ProcessFrame): Float64Array {
  const { noise } = unitTheta(theta);
  const lengths = theta.lengthscales.map(log);
  const narrower = widest === null ? [] : [log(theta.variance) - widest(lengths, null)];
  return Float64Array.of(...lengths, log(noise), ...narrower);
}

function climb(
  kernel: Kernel,
  readings: PooledReadings,
  frame: ProcessFrame,
  share: number,
  { from, closely }: { readonly from: Float64Array | null; readonly closely: boolean },
): FittedTheta {
  const { groups, tasks, widest } = frame;
  const count = countGroups(groups);
  const prior = lengthscalePrior(count - tasks);
  /** With the variance that is given, or the widest, where that is learned. */
  const withVariance = (lengthsAndRoughness: Float64Array, narrower = 0) =>
    widest === null ? lengthsAndRoughness : Float64Array.of(...lengthsAndRoughness, narrower);
  const start = (logLength: number, logRoughness: number) =>
    new Float64Array(count + 1).fill(logLength).with(count, logRoughness);
  const middle = withVariance(start(prior.mode, roughnessPrior.mode));
  const rough = withVariance(start(prior.mode + 1, log(0.3)));
  const lower = withVariance(start(log(LENGTHSCALES[0]), log(ROUGHNESS[0])), log(NARROWEST));
  const upper = withVariance(start(log(LENGTHSCALES[1]), log(ROUGHNESS[1])));
  // A part of several campaigns together might be of one alone.
  const sketched = from === null && tasks === 0 && readings.count >= 2 * SKETCHED;
  const sketch = sketched ? hyperPosterior(kernel, thinReadings(readings, SKETCHED), frame, share) : null;
  const nearer = sketch === null ? rough : minimiseBounded(sketch, rough, lower, upper, TOLERANCE, STEPS).x;
  const objective = hyperPosterior(kernel, readings, frame, share);
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
    for (const fine of closely
      ? fineStarts(best.subarray(0, count + 1), prior.mode).map((one) => withVariance(one))
      : []) {
      if (!(objective(fine, null) < lowest)) continue;
      const found = minimiseBounded(objective, fine, lower, upper, TOLERANCE, STEPS);
      if (!(found.value < lowest - SURE)) continue;
      lowest = found.value;
      best = found.x;
    }
  }
  const lengths = best.slice(0, count);
  const variance = widest === null ? 1 : exp((best[count + 1] as number) + widest(lengths, null));
  return {
    lengthscales: lengths.map(exp),
    variance,
    roughness: exp(best[count] as number) * variance,
    noiseShare: share,
    logPosterior: Number.isFinite(lowest) ? -lowest : null,
  };
}
