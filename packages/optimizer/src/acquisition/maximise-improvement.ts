import type { Posterior } from "../surrogate/posterior.ts";
import { logExpectedImprovement } from "./log-expected-improvement.ts";

/** The chosen candidate and the logarithm of its expected improvement, in standardised units. */
export interface Improver {
  readonly index: number;
  readonly logImprovement: number;
}

/**
 * Returns, among `eligible` places of the posterior, the one of greatest expected improvement over `incumbent`;
 * ties go to the lowest index, or, when no improvement is expected anywhere, to the highest mean.
 */
export function maximiseImprovement(posterior: Posterior, eligible: readonly number[], incumbent: number): Improver {
  let best: Improver | undefined;
  for (const index of eligible) {
    const mean = posterior.means[index] as number;
    const improvement = logExpectedImprovement(mean, Math.sqrt(posterior.variances[index] as number), incumbent);
    const ahead =
      best === undefined ||
      improvement > best.logImprovement ||
      (improvement === best.logImprovement &&
        improvement === Number.NEGATIVE_INFINITY &&
        mean > (posterior.means[best.index] as number));
    if (ahead) best = { index, logImprovement: improvement };
  }
  return best as Improver;
}
