import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";
import { countGroups } from "../model/count-groups.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

// In a unit cube; lengths and successes as in D. Eriksson et al., "Scalable global optimization via local Bayesian optimization",
// NeurIPS 32 (2019). There as many failures as dimensions shrink the box: for thousands of experiments, where a laboratory has a hundred.
const FIRST = 0.8;
const LONGEST = 1.6;
const SHORTEST = 1 / 128;
const SUCCESSES = 3;
const FAILURES_PER_DIMENSION = 0.6;
// Less of the spread of the readings so far than this is no success.
const WORTHWHILE = 1e-3;

/**
 * Returns the length of the box to look in next, in a unit cube of so many dimensions, from the readings in their order, larger being
 * better; null for the first readings, one a dimension, which look everywhere.
 *
 * Three improvements in a row double it, six readings without one for every ten dimensions halve it, and one that
 * became too short begins anew. A fold over the history: equal histories have equal boxes.
 */
export function regionLength(values: readonly number[], dimensions: number): number | null {
  if (values.length < dimensions) return null;
  const first = values.slice(0, dimensions);
  let best = Math.max(...first);
  let least = Math.min(...first);
  let length = FIRST;
  let successes = 0;
  let failures = 0;
  for (const value of values.slice(dimensions)) {
    const isBetter = value > best + WORTHWHILE * (best - least);
    successes = isBetter ? successes + 1 : 0;
    failures = isBetter ? 0 : failures + 1;
    best = Math.max(best, value);
    least = Math.min(least, value);
    if (successes === SUCCESSES) {
      length = Math.min(LONGEST, 2 * length);
      successes = 0;
    } else if (failures >= FAILURES_PER_DIMENSION * dimensions) {
      length /= 2;
      failures = 0;
    }
    if (length < SHORTEST) length = FIRST;
  }
  return length;
}

/**
 * Returns the sides of the box, one per lengthscale: the length times each lengthscale over their geometric mean, as the member of most
 * weight has them, so that the box is short where the surface is steep; null where there is no box.
 */
export function regionSides(
  { members, weights }: Model,
  values: readonly number[],
  groups: Int32Array,
): Float64Array | null {
  const length = regionLength(values, countGroups(groups));
  if (length === null) return null;
  const leader = members[weights.reduce((most, own, i) => (own > (weights[most] as number) ? i : most), 0)] as Member;
  const logs = leader.theta.lengthscales.map(log);
  const middle = logs.reduce((sum, own) => sum + own, 0) / logs.length;
  return logs.map((own) => length * exp(own - middle));
}
