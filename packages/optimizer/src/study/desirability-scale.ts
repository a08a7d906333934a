import type { StudyObjective } from "@labloop/contracts";
import type { DesirabilityScale } from "../acquisition/desirability.ts";

/**
 * Returns how desirable an objective's values are where larger is better, as the optimizer reads them: those of what is to be small are
 * negated. `scaled` puts a value on another rising scale. Null where the objective says nothing.
 */
export function desirabilityScale(
  { goal, desirability }: StudyObjective,
  scaled: (value: number) => number = (value) => value,
): DesirabilityScale | null {
  if (desirability === undefined) return null;
  if ("target" in desirability) {
    const { low, target, high, weight } = desirability;
    return { worst: scaled(low), best: scaled(target), beyond: scaled(high), weight };
  }
  const sign = goal === "minimise" ? -1 : 1;
  const { worst, best, weight } = desirability;
  return { worst: scaled(sign * worst), best: scaled(sign * best), weight };
}
