import type { Fault, Study, StudyObjective } from "@labloop/contracts";
import { desirabilityProblem } from "@labloop/contracts/desirability-problem";

/** Returns everything that is wrong with what a study wants of its measured quantities. */
export function checkObjectives({
  parameters,
  objectives,
  outcomeConstraints,
}: Pick<Study, "parameters" | "objectives" | "outcomeConstraints">): Fault[] {
  const desirable = objectives.some(({ goal, desirability }) => goal === "target" || desirability !== undefined);
  const names = objectives.map(({ name }) => name);
  const isParameter = (name: string) => parameters.some((own) => own.name === name);
  return [
    ...objectives.flatMap((objective, i) => {
      const path = `objectives.${i}`;
      const faults = desirable
        ? [...scaleFaults(objective, `${path}.desirability`), ...referenceFaults(objective, `${path}.reference`)]
        : [];
      if (isParameter(objective.name)) faults.push(takenFault(objective.name, path));
      if (names.indexOf(objective.name) === i) return faults;
      return [{ code: "study.nameTwice", message: `two objectives are called "${objective.name}"`, path }, ...faults];
    }),
    ...outcomeConstraints.flatMap(({ name, min, max }, i) => {
      const path = `outcomeConstraints.${i}`;
      if (isParameter(name)) return [takenFault(name, path)];
      if (min === undefined && max === undefined) {
        return [
          { code: "study.boundMissing", message: `"${name}" has neither min nor max, and so says nothing`, path },
        ];
      }
      if (min === undefined || max === undefined || min < max) return [];
      const fault = { code: "study.rangeEmpty", path };
      if (min > max) return [{ ...fault, message: `min ${min} of "${name}" is above max ${max}` }];
      const message = `min and max of "${name}" are both ${min}, and what is measured is never exactly that`;
      return [{ ...fault, message, hint: "leave as much room between min and max as will do" }];
    }),
  ];
}

/** A table of trials has one column of a name. */
function takenFault(name: string, path: string): Fault {
  const message = `"${name}" is measured, and a parameter is called so too`;
  return { code: "study.nameTwice", message, path, hint: "give one of them another name" };
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

function referenceFaults({ name, goal, reference }: StudyObjective, path: string): Fault[] {
  if (reference === undefined) return [];
  const bound = goal === "target" ? "low and high" : "worst";
  const message = `the reference of "${name}" belongs to a front, and the objectives say what is desirable instead`;
  const hint = `leave the reference out: of a desirability, ${bound} says what counts no more`;
  return [{ code: "study.objectiveLimits", message, path, hint }];
}
