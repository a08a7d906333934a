import { hypervolume } from "@labloop/optimizer";
import type { Problem } from "./problem.ts";

/**
 * Returns what is lacking to the best after each experiment: the least feasible value less the optimum, Infinity while nothing is
 * feasible; of several objectives the share of the greatest hypervolume that is not reached. Never below 0.
 */
export function lackingOf(problem: Problem, outcomes: readonly Readonly<Record<string, number>>[]): number[] {
  const { objectives, outcomeConstraints = [] } = problem.study;
  if (objectives.length > 1) {
    const reference = objectives.map((objective) => -(objective.reference ?? 0));
    const points = outcomes.map((values) => objectives.map(({ name }) => -(values[name] as number)));
    return points.map((_, i) => Math.max(0, 1 - hypervolume(points.slice(0, i + 1), reference) / problem.best));
  }
  let least = Number.POSITIVE_INFINITY;
  return outcomes.map((values) => {
    const isFeasible = outcomeConstraints.every(
      ({ name, min = Number.NEGATIVE_INFINITY }) => (values[name] ?? 0) >= min,
    );
    if (isFeasible) least = Math.min(least, values["f"] as number);
    return Math.max(0, least - problem.best);
  });
}
