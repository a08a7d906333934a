import type { StudyDraft } from "@labloop/contracts";
import { hypervolume } from "@labloop/optimizer";
import type { Problem } from "./problem.ts";

type Values = Readonly<Record<string, number>>;

/** Returns what outcomes have beyond each limit of a study, in the order of the limits; below 0 where a limit is not kept. */
export function slacksOf({ outcomeConstraints = [] }: StudyDraft, values: Values): number[] {
  return outcomeConstraints.flatMap(({ name, min, max }) => [
    ...(min === undefined ? [] : [(values[name] as number) - min]),
    ...(max === undefined ? [] : [max - (values[name] as number)]),
  ]);
}

/**
 * Returns what is lacking to the best after each experiment, counting only what keeps every limit: the least value less the
 * optimum, Infinity while nothing does; of several objectives the share of the greatest hypervolume that is not reached. Never
 * below 0.
 */
export function lackingOf(problem: Problem, outcomes: readonly Values[]): number[] {
  const { objectives } = problem.study;
  const isFeasible = outcomes.map((values) => slacksOf(problem.study, values).every((slack) => slack >= 0));
  if (objectives.length > 1) {
    const reference = objectives.map((objective) => -(objective.reference ?? 0));
    const points = outcomes.map((values) => objectives.map(({ name }) => -(values[name] as number)));
    return points.map((_, i) => {
      const kept = points.slice(0, i + 1).filter((_, k) => isFeasible[k]);
      return Math.max(0, 1 - hypervolume(kept, reference) / problem.best);
    });
  }
  let least = Number.POSITIVE_INFINITY;
  return outcomes.map((values, i) => {
    if (isFeasible[i]) least = Math.min(least, values["f"] as number);
    return Math.max(0, least - problem.best);
  });
}
