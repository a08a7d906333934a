import { log1p } from "./log.ts";

/**
 * Returns the normal deviate beyond which as much lies as beyond `deviate` in Student's distribution with so many degrees of freedom, at
 * least 1. Probabilities are right within 0.008 with one degree of freedom and within 0.002 with more, and what lies beyond is never
 * understated by more than a hundredth of it.
 *
 * D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square distributions", Ann. Math. Stat. 30 (1959) 1121–1130.
 */
export function studentDeviate(deviate: number, freedom: number): number {
  const far = Math.sqrt(freedom * log1p((deviate / freedom) * deviate));
  return (Math.sign(deviate) * far * (8 * freedom + 1)) / (8 * freedom + 3);
}
