import { box, designOf, type Problem, rowOf } from "./problem.ts";
import { ackley } from "./single-problems.ts";

const switches = 10;

/** Ackley's function over ten switches and three continuous parameters; on real problems of this kind there are 50 switches. */
const ackleyMixed: Problem = {
  name: "ackley-mixed",
  kind: "mixed",
  study: {
    parameters: [
      ...Array.from({ length: switches }, (_, i) => ({ kind: "integer" as const, name: `x${i + 1}`, min: 0, max: 1 })),
      ...box(Array.from({ length: switches + 3 }, () => [0, 1] as const)).slice(switches),
    ],
    objectives: [{ name: "f", goal: "minimise" }],
  },
  evaluate: (design) => ({ f: ackley(rowOf(design)) }),
  best: 0,
  optima: [designOf(Array.from({ length: switches + 3 }, () => 0))],
};

/** One objective over numbers of several kinds. */
export const mixedProblems: readonly Problem[] = [ackleyMixed];
