import { frontProblems } from "./front-problems.ts";
import { limitedProblems } from "./limited-problems.ts";
import { mixedProblems } from "./mixed-problems.ts";
import type { Problem } from "./problem.ts";
import { singleProblems } from "./single-problems.ts";

/**
 * Every synthetic problem; formulas and optima as in BoTorch's `test_functions`, but that the welded beam buckles as published and
 * a third of ZDT's shape is scaled like the others.
 */
export const problems: readonly Problem[] = [...singleProblems, ...mixedProblems, ...limitedProblems, ...frontProblems];
