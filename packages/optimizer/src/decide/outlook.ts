import type { Member } from "../model/member.ts";

/**
 * Returns mean and standard deviation of what one more reading would teach, in the member's units: of a new design (`row` -1,
 * predicted with `mean` and `variance`) its value, of a measured one how far its mean would move.
 */
export function outlook(member: Member, row: number, mean: number, variance: number): { mean: number; spread: number } {
  if (row < 0) return { mean, spread: Math.sqrt(variance) };
  const known = member.measured.variances[row] as number;
  const noise = member.theta.noiseShare * member.theta.roughness;
  return { mean: member.measured.means[row] as number, spread: known / Math.sqrt(known + noise) };
}
