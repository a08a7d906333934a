import type { StudyObjective } from "@labloop/contracts";
import { type DesirabilityScale, desirability } from "../acquisition/desirability.ts";

/**
 * Returns what values, one per objective, come to where every objective says what is desirable, from 0, not acceptable, to 1; null
 * where one says nothing or has no value.
 */
export function desirabilityOf(
  objectives: readonly StudyObjective[],
  values: Readonly<Record<string, number | undefined>>,
): number | null {
  const outcome: number[] = [];
  const scales: DesirabilityScale[] = [];
  for (const { name, goal, desirability: own } of objectives) {
    const value = values[name];
    if (own === undefined || value === undefined) return null;
    const sign = goal === "minimise" ? -1 : 1;
    outcome.push(sign * value);
    scales.push({ worst: sign * own.worst, best: sign * own.best, weight: own.weight });
  }
  return scales.length === 0 ? null : desirability(outcome, scales);
}
