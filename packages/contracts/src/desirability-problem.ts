import type { Desirability, StudyObjective } from "./study.ts";

/** Returns what is wrong with what an objective calls desirable, and what mends it; null where nothing is. */
export function desirabilityProblem(
  goal: StudyObjective["goal"],
  desirability: Desirability,
): { readonly what: string; readonly mend: string } | null {
  if ("target" in desirability) {
    const { low, target, high } = desirability;
    if (goal !== "target") {
      return { what: `names a target, but the goal is to ${goal}`, mend: "write goal: target, or worst and best" };
    }
    if (low < target && target < high) return null;
    return {
      what: `has its target ${target} not between low ${low} and high ${high}`,
      mend: "low has to be below the target, and high above it",
    };
  }
  const { worst, best } = desirability;
  if (goal === "target") {
    const what = `runs from worst ${worst} to best ${best}, but the goal is a target`;
    return { what, mend: "write low, target and high, or goal: maximise or minimise" };
  }
  if (goal === "maximise" ? worst < best : worst > best) return null;
  return {
    what: `runs from worst ${worst} to best ${best}, but the goal is to ${goal}`,
    mend: `worst has to be ${goal === "maximise" ? "below" : "above"} best`,
  };
}
