import { expectedImprovement } from "../acquisition/expected-improvement.ts";
import type { JointBelief } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";

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
 * The first `measured` designs are known already and useful. Linear in designs for each experiment: of the covariance only the columns of what was tried are
 * brought up to date.
 */
export function playOn(
  belief: JointBelief,
  measured: number,
  chances: Float64Array | null,
  experiments: number,
  lab: DrawnLab,
  random: Random,
): number {
  const count = belief.means.length;
  const means = belief.means.slice();
  const variances = Float64Array.from(means, (_, i) => belief.covariance[i * (count + 1)] as number);
  const known = Array.from({ length: measured }, (_, i) => i);
  const tried = new Uint8Array(count).fill(1, 0, measured);
  const learned: Float64Array[] = [];
  for (let experiment = 0; experiment < experiments; experiment++) {
    const bar = means[highest(known, means)] as number;
    const next = mostPromising(means, variances, bar, tried, chances);
    if (next < 0) break;
    const reading = (lab.values[next] as number) + Math.sqrt(belief.noise) * random.normal();
    const total = (variances[next] as number) + belief.noise;
    tried[next] = 1;
    if (lab.isUseful(next)) known.push(next);
    if (!(total > 0)) continue;
    const column = belief.covariance.slice(next * count, (next + 1) * count);
    for (const earlier of learned) {
      const own = earlier[next] as number;
      for (let i = 0; i < count; i++) column[i] = (column[i] as number) - own * (earlier[i] as number);
    }
    const scale = 1 / Math.sqrt(total);
    const surprise = (reading - (means[next] as number)) * scale;
    for (let i = 0; i < count; i++) {
      const own = (column[i] as number) * scale;
      column[i] = own;
      means[i] = (means[i] as number) + own * surprise;
      variances[i] = Math.max(0, (variances[i] as number) - own * own);
    }
    learned.push(column);
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
