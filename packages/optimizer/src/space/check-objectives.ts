import { desirabilityProblem, type Fault, type Study, type StudyObjective } from "@labloop/contracts";

/** Returns everything that is wrong with what a study wants of its measured quantities. */
export function checkObjectives({
  objectives,
  outcomeConstraints,
}: Pick<Study, "objectives" | "outcomeConstraints">): Fault[] {
  const desirable = objectives.some(({ goal, desirability }) => goal === "target" || desirability !== undefined);
  const names = objectives.map(({ name }) => name);
  return [
    ...objectives.flatMap((objective, i) => {
      const path = `objectives.${i}`;
      const faults = desirable ? scaleFaults(objective, `${path}.desirability`) : [];
      if (names.indexOf(objective.name) === i) return faults;
      return [{ code: "study.nameTwice", message: `two objectives are called "${objective.name}"`, path }, ...faults];
    }),
    ...outcomeConstraints.flatMap(({ name, min, max }, i) => {
      const path = `outcomeConstraints.${i}`;
      if (min === undefined && max === undefined) {
        return [
          { code: "study.boundMissing", message: `"${name}" has neither min nor max, and so says nothing`, path },
        ];
      }
      if (min === undefined || max === undefined || min <= max) return [];
      return [{ code: "study.rangeEmpty", message: `min ${min} of "${name}" is above max ${max}`, path }];
    }),
  ];
}

function scaleFaults({ name, goal, desirability }: StudyObjective, path: string): Fault[] {
  if (desirability === undefined) {
    const message =
      goal === "target"
        ? `"${name}" is to hit a target, and does not say which`
        : `"${name}" has no desirability, though another objective has one`;
    const hint =
      goal === "target"
        ? "give it a desirability with low, target and high"
        : "give every objective one, or none, which searches the front of all";
    return [{ code: "study.desirabilityMissing", message, path, hint }];
  }
  const problem = desirabilityProblem(goal, desirability);
  if (problem === null) return [];
  return [
    { code: "study.desirability", message: `the desirability of "${name}" ${problem.what}`, path, hint: problem.mend },
  ];
}
