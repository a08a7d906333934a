import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { type PooledReadings, poolReplicates } from "./pool-replicates.ts";
import { meanOf, spreadOf, standardise } from "./standardise.ts";
import { alignOutcomes } from "./align-outcomes.ts";
import type { Evidence } from "./evidence.ts";
import { conditionMember, type MemberFit } from "./condition-member.ts";
import type { Member } from "./member.ts";
import { countGroups } from "./count-groups.ts";
import { type FittedTheta, fitTheta } from "./fit-theta.ts";
import { lengthscalePrior } from "./hyper-prior.ts";
import { leaveOneOut } from "./leave-one-out.ts";
import { rowSlope } from "./row-slope.ts";
import { type OutcomeShape, shapeOutcomes } from "./shape-outcomes.ts";
import { rescaledVariance, shapedVariances } from "./shaped-variances.ts";
import { stackReadings } from "./stack-readings.ts";
import { taskCorrelation } from "./task-correlation.ts";
import { thinReadings } from "./thin-readings.ts";

const FAMILY: KernelFamily = "matern-5/2";
const SHAPES: readonly OutcomeShape[] = ["identity", "yeo-johnson", "box-cox"];
// Designs in all, the own ones included, and designs of related campaigns at least.
const MOST_DESIGNS = 110;
const FEWEST_RELATED = 50;
// The distance between campaigns over the median lengthscale: before any reading, surfaces are taken to correlate by 0.83.
const APART = 0.5;
// What related campaigns say of the skill of a member counts as so many own designs, times what they promise.
const BORROWED = 4;

/**
 * Returns the members that also draw on related campaigns; none where there is none.
 *
 * The campaign is one more coordinate of the kernel: the own designs lie at the origin, those of each related campaign on an axis of
 * its own, whose lengthscale is learned. So the values of a design in two campaigns correlate by what the kernel makes of that
 * distance, between 0 and 1. For the squared exponential this is the intrinsic coregionalisation model (E. V. Bonilla, K. Chai and
 * C. Williams, NIPS 20 (2007) 153–160); for Matérn kernels it is as sound, since they are kernels in any dimension. All readings are
 * brought to one scale and bent alike.
 */
export function fitRelated(evidence: Evidence, kernels: () => Kernel): Member[] {
  const { features, values, groups, related = [] } = evidence;
  if (related.length === 0) return [];
  const most = Math.ceil(Math.max(FEWEST_RELATED, MOST_DESIGNS - values.length) / related.length);
  const distance = APART * exp(lengthscalePrior(countGroups(groups)).mode);
  const allGroups = Int32Array.from([...related.keys(), ...Array.from(groups, (group) => related.length + group)]);
  const places = flatten(features, groups.length);
  const raw = [...values, ...related.flatMap((one) => one.values)];
  const known = [evidence, ...related].flatMap((one) => one.uncertainties ?? one.values.map(() => null));
  let next = values.length;
  const spans = related.map((one) => [next, (next += one.values.length)] as const);
  const unit = logRatio(spreadOf(values), spreadOf(raw));

  function load(own: Scaled, others: readonly Scaled[]): Joined {
    const readings = poolReplicates(own.values.length > 0 ? features : [], own.values, groups.length, own.variances);
    const thinned = others.map(({ values: theirs, variances }, i) =>
      thinReadings(poolReplicates(related[i]?.features ?? [], theirs, groups.length, variances), most),
    );
    return { kernel: kernels(), readings, rows: stackReadings(readings, thinned, distance) };
  }
  function condition(
    { kernel, readings, rows }: Joined,
    theta: FittedTheta,
    outcomes: MemberFit["outcomes"],
    slopeOf: MemberFit["slopeOf"],
  ): Member | null {
    const tasks = related.map(({ task }, i) => ({
      task,
      correlation: taskCorrelation(FAMILY, distance / (theta.lengthscales[i] as number)),
    }));
    return conditionMember(
      kernel,
      { groups: allGroups, family: FAMILY, outcomes, slopeOf, theta, warps: null },
      readings,
      null,
      {
        rows,
        tasks,
      },
    );
  }
  const fit = ({ kernel, rows }: Joined, from: FittedTheta | null) =>
    fitTheta(kernel, rows, allGroups, FAMILY, { tasks: related.length, from });

  let start: FittedTheta | null = null;
  return SHAPES.flatMap((shape) => {
    const shaped = shapeOutcomes(raw, shape);
    if (shaped === null) return [];
    const variances = shapedVariances(raw, known, shaped.logSlopes);
    const scaled = (from: number, own: readonly number[], scale: number): Scaled => ({
      values: own,
      variances: own.map((_, i) => rescaledVariance(variances[from + i] as number, scale)),
    });
    // In the units of all readings together, so the distance of an only reading from their mean, however small, is no scale.
    const others = spans.map(([from, to]) => standardise(shaped.values.slice(from, to), 1));
    const theirs = others.map((own, i) => scaled(spans[i]?.[0] as number, own.values, own.restoreSpread(1)));
    const alone = load(scaled(0, [], 1), theirs);
    start ??= fit(alone, null);
    const guide = condition(alone, start, shaped, () => 0)?.predict(places);
    if (guide === undefined) return [];
    const aligned = alignOutcomes(shaped.values.slice(0, values.length), guide, others);
    const joined = load(scaled(0, aligned.values, aligned.scale), theirs);
    const logSlopes = shaped.logSlopes.slice(0, values.length);
    const slopes = { logSlopes, logSlope: meanOf(logSlopes) };
    const outcomes = {
      shape,
      exponent: shaped.exponent,
      place: (value: number) => aligned.place(shaped.place(value)),
      restore: (value: number) => shaped.restore(aligned.restore(value)),
    };
    const member = condition(joined, fit(joined, start), outcomes, (rows) =>
      rows.count === 0 ? 0 : rowSlope(slopes, features, rows) + unit - log(aligned.scale),
    );
    if (member === null) return [];
    const promise = promiseOf(joined, member);
    return [{ ...member, promise, looSkill: skillOf(member, promise) }];
  });
}

/** Readings of one campaign on the scale of a member. */
interface Scaled {
  readonly values: readonly number[];
  /** Those of their noise where it is known, else 0. */
  readonly variances: readonly number[];
}

/** Own and related readings in a kernel of theirs. */
interface Joined {
  readonly kernel: Kernel;
  readonly readings: PooledReadings;
  readonly rows: PooledReadings;
}

/**
 * The skill on related designs as far as the surfaces are taken to be alike: a share of a variance is worth the square of a
 * correlation.
 */
function promiseOf({ kernel, rows }: Joined, { readings, related }: Member): number {
  const from = readings.count;
  const theirs = leaveOneOut(
    rows.means.subarray(from),
    kernel.alpha().subarray(from),
    kernel.inverseDiagonal().subarray(from),
  ).skill;
  const alike = related.reduce((most, { correlation }) => Math.max(most, correlation), 0);
  return Math.max(0, theirs) * alike * alike;
}

/** The skill on own designs, and while they are few what related ones promise. Where they promise nothing the own figure stands. */
function skillOf({ readings, looSkill }: Member, promise: number): number {
  const weight = BORROWED * promise;
  return weight + readings.count > 0 ? (weight * promise + readings.count * looSkill) / (weight + readings.count) : 0;
}

function flatten(features: readonly Float64Array[], width: number): Float64Array {
  const flat = new Float64Array(features.length * width);
  features.forEach((own, i) => flat.set(own, i * width));
  return flat;
}

/** ln of a ratio of positive numbers, also of one that is no double. */
function logRatio(a: number, b: number): number {
  const ratio = a / b;
  return ratio > 0 && Number.isFinite(ratio) ? log(ratio) : log(a) - log(b);
}
