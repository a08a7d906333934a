import type { StudyObjective } from "@labloop/contracts";
import { desirability, desirableShare } from "../acquisition/desirability.ts";
import { desirabilityScale } from "../study/desirability-scale.ts";

/**
 * Returns how good an outcome is, one value per objective as the optimizer reads it: by its desirability, or below 0 by how much it lacks;
 * null where an objective says nothing of what is desirable.
 */
export function desirableWorth(objectives: readonly StudyObjective[], outcome: readonly number[]): number | null {
  const shares = objectives.flatMap((objective, j) => {
    const scale = desirabilityScale(objective);
    return scale === null ? [] : [{ scale, share: desirableShare(outcome[j] as number, scale) }];
  });
  if (shares.length < objectives.length) return null;
  const lacking = shares.reduce((sum, { share }) => sum + Math.min(0, share), 0);
  return lacking < 0
    ? lacking
    : desirability(
        outcome,
        shares.map(({ scale }) => scale),
      );
}
