import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** How desirable one quantity is: not at `worst` and beyond, fully at `best` and beyond, in proportion between; they differ. */
export interface DesirabilityScale {
  readonly worst: number;
  readonly best: number;
  /** Positive. */
  readonly weight: number;
}

/**
 * Returns the overall desirability of an outcome, from 0 to 1: the weighted geometric mean of its quantities', so that nothing
 * makes up for one that is unacceptable (G. Derringer and R. Suich, J. Qual. Technol. 12 (1980) 214–219).
 */
export function desirability(outcome: ArrayLike<number>, scales: readonly DesirabilityScale[]): number {
  let sum = 0;
  let total = 0;
  scales.forEach(({ worst, best, weight }, j) => {
    const share = Math.min(1, Math.max(0, ((outcome[j] as number) - worst) / (best - worst)));
    sum += weight * log(share);
    total += weight;
  });
  return exp(sum / total);
}
