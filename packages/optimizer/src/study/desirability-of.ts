import type { StudyObjective } from "@labloop/contracts";
import { type DesirabilityScale, desirability } from "../acquisition/desirability.ts";
import { desirabilityScale } from "./desirability-scale.ts";

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
  for (const objective of objectives) {
    const value = values[objective.name];
    const scale = desirabilityScale(objective);
    if (scale === null || value === undefined) return null;
    outcome.push(objective.goal === "minimise" ? -value : value);
    scales.push(scale);
  }
  return scales.length === 0 ? null : desirability(outcome, scales);
}
