import type { Fault, Study, StudyObjective } from "@labloop/contracts";

/** Returns everything that is wrong with what a study wants of its measured quantities. */
export function checkObjectives({
  objectives,
  outcomeConstraints,
}: Pick<Study, "objectives" | "outcomeConstraints">): Fault[] {
  const desirable = objectives.some(({ desirability }) => desirability !== undefined);
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
    const message = `"${name}" has no desirability, though another objective has one`;
    const hint = "give every objective one, or none, which searches the front of all";
    return [{ code: "study.desirabilityMissing", message, path, hint }];
  }
  const { worst, best } = desirability;
  if (goal === "maximise" ? worst < best : worst > best) return [];
  const message = `the desirability of "${name}" runs from worst ${worst} to best ${best}, but the goal is to ${goal}`;
  return [
    {
      code: "study.desirability",
      message,
      path,
      hint: `worst is to be ${goal === "maximise" ? "below" : "above"} best`,
    },
  ];
}
