import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import { type PooledReadings, poolReplicates } from "./pool-replicates.ts";
import { conditionMember, type MemberFit } from "./condition-member.ts";
import type { Evidence } from "./evidence.ts";
import { type FittedTheta, fitTheta } from "./fit-theta.ts";
import { fitWarps } from "./fit-warps.ts";
import type { Member } from "./member.ts";
import { rowSlope } from "./row-slope.ts";
import { type OutcomeShape, shapeOutcomes } from "./shape-outcomes.ts";
import { shapedVariances } from "./shaped-variances.ts";
import { MOST_FITTED, thinReadings } from "./thin-readings.ts";
import { type Warp, warpInputs } from "./warp-inputs.ts";
import { weighRepeats } from "./weigh-repeats.ts";

/** Of how many designs a part of a member is made, at most. */
export interface PartSize {
  /** Those that its hyperparameters come from. */
  readonly fitted: number;
  /** Those that it is conditioned on. */
  readonly seen: number;
}

/** A member conditioned on so many of the designs as are enough to judge it by. */
export interface MemberPart {
  readonly part: Member;
  /** Whether those are all designs. */
  readonly isWhole: boolean;
  /** Returns the member conditioned on all designs; `kernel` is another one than the part's. */
  readonly complete: (kernel: Kernel) => Member | null;
}

/** Where the search for hyperparameters starts. */
export interface MemberStart {
  /** Those of a process of other kernel, outcomes or inputs with the same readings; null starts from the priors. */
  readonly from: FittedTheta | null;
  /** How the inputs are bent; "chosen": by warps that are chosen at `from`. Null bends none. */
  readonly warps: readonly Warp[] | "chosen" | null;
  /** Whether finer structure is looked for too; left out, it is from the priors alone. */
  readonly closely?: boolean;
}

const COLD: MemberStart = { from: null, warps: null };
const USUAL: PartSize = { fitted: MOST_FITTED, seen: MOST_FITTED };

/**
 * Returns one Gaussian process fitted to at least one reading, or null when the shape does not apply or no jitter makes the
 * covariance positive definite. The member owns `kernel` from then on. The order of the readings does not change a bit.
 *
 * Its hyperparameters come from at most `MOST_FITTED` designs; it is conditioned on all of them. Where its inputs
 * are to be bent, null also says that no bend is more credible than none.
 */
export function fitMember(
  kernel: Kernel,
  evidence: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
  start: MemberStart = COLD,
): Member | null {
  const fit = fitShaped(kernel, evidence, family, shape, start, USUAL);
  return fit === null ? null : conditionMember(kernel, fit, fit.readings, null);
}

/** Returns the part of a member by which it is judged; fails as `fitMember` does. */
export function fitPart(
  kernel: Kernel,
  evidence: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
  start: MemberStart = COLD,
  size: PartSize = USUAL,
): MemberPart | null {
  const fit = fitShaped(kernel, evidence, family, shape, start, size);
  const part = fit === null ? null : conditionMember(kernel, fit, fit.seen, null);
  if (fit === null || part === null) return null;
  const isWhole = fit.seen.count === fit.readings.count;
  return { part, isWhole, complete: (own) => conditionMember(own, fit, fit.readings, part) };
}

/** A member's fit with all its readings, and those that a part of it is conditioned on. */
interface ShapedFit extends MemberFit {
  readonly readings: PooledReadings;
  readonly seen: PooledReadings;
}

function fitShaped(
  kernel: Kernel,
  { features, groups, values, uncertainties, learnsVariance = false }: Evidence,
  family: KernelFamily,
  shape: OutcomeShape,
  { from, warps: wanted, closely = from === null }: MemberStart,
  size: PartSize,
): ShapedFit | null {
  const outcomes = shapeOutcomes(values, shape);
  if (outcomes === null) return null;
  const known = uncertainties === undefined ? undefined : shapedVariances(values, uncertainties, outcomes.logSlopes);
  const pooled = poolReplicates(features, outcomes.values, groups.length, known);
  const readings = weighRepeats(pooled);
  const fitted = weighRepeats(thinReadings(pooled, size.fitted));
  const seen = size.seen === size.fitted ? fitted : weighRepeats(thinReadings(pooled, size.seen));
  const slopeOf = (rows: PooledReadings) => rowSlope(outcomes, features, rows);
  const made = { groups, family, outcomes, slopeOf, readings, seen };
  const chosen = wanted === "chosen";
  const warps = !chosen ? wanted : from === null ? null : fitWarps(kernel, fitted, groups, family, from);
  if (chosen && warps === null) return null;
  const bent = { ...fitted, inputs: warpInputs(fitted.inputs, warps) };
  return { ...made, theta: fitTheta(kernel, bent, groups, family, { from, closely, learnsVariance }), warps };
}
