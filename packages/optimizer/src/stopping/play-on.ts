import { expectedImprovement } from "../acquisition/expected-improvement.ts";
import type { JointBelief } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";
import { openLearning } from "./open-learning.ts";

/** A lab as one draw has it. */
export interface DrawnLab {
  /** The value of each design, in the belief's units. */
  readonly values: Float64Array;
  /** Whether each can be made and keeps its bounds. */
  readonly isUseful: (design: number) => boolean;
}

/**
 * Returns which design is recommended after so many more experiments in a drawn lab: each at the design not measured yet that promises the greatest expected
 * improvement times its chance to be of use, each learned from before the next.
 *
 * The first `measured` designs are known already and useful.
 */
export function playOn(
  belief: JointBelief,
  measured: number,
  chances: Float64Array | null,
  experiments: number,
  lab: DrawnLab,
  random: Random,
): number {
  const { means, variances, learn } = openLearning(belief);
  const known = Array.from({ length: measured }, (_, i) => i);
  const tried = new Uint8Array(means.length).fill(1, 0, measured);
  for (let experiment = 0; experiment < experiments; experiment++) {
    const bar = means[highest(known, means)] as number;
    const next = mostPromising(means, variances, bar, tried, chances);
    if (next < 0) break;
    const reading = (lab.values[next] as number) + Math.sqrt(belief.noise) * random.normal();
    tried[next] = 1;
    if (lab.isUseful(next)) known.push(next);
    learn(next, reading);
  }
  return highest(known, means);
}

function highest(designs: readonly number[], means: Float64Array): number {
  return designs.reduce((most, own) => ((means[own] as number) > (means[most] as number) ? own : most));
}

/** The first of equals; -1 where all are measured. */
function mostPromising(
  means: Float64Array,
  variances: Float64Array,
  bar: number,
  tried: Uint8Array,
  chances: Float64Array | null,
): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < means.length; i++) {
    if (tried[i] === 1) continue;
    const gain = expectedImprovement(means[i] as number, Math.sqrt(variances[i] as number), bar);
    const own = gain * (chances?.[i] ?? 1);
    if (own > most) [best, most] = [i, own];
  }
  return best;
}
