import { speedReducer, weldedBeam } from "./machine-problems.ts";
import { box, designOf, limits, type Problem, rowOf, sumOf } from "./problem.ts";
import { hartmann } from "./single-problems.ts";

const objectives = [{ name: "f", goal: "minimise" as const }];

const gramacy: Problem = {
  name: "gramacy",
  kind: "constrained",
  study: {
    parameters: box([
      [0, 1],
      [0, 1],
    ]),
    objectives,
    outcomeConstraints: limits(2),
  },
  evaluate(design) {
    const [a = 0, b = 0] = rowOf(design);
    return {
      f: a + b,
      c1: -(1.5 - a - 2 * b - 0.5 * Math.sin(2 * Math.PI * (a ** 2 - 2 * b))),
      c2: 1.5 - a ** 2 - b ** 2,
    };
  },
  best: 0.5998,
  optima: [designOf([0.1954, 0.4044])],
};

/** The thickness of shell and head comes in sixteenths of an inch. The length never nears its limit, so that is left out. */
const pressureVessel: Problem = {
  name: "pressure-vessel",
  kind: "constrained",
  study: {
    parameters: [
      { kind: "continuous", name: "x1", min: 0, max: 10, step: 0.0625 },
      { kind: "continuous", name: "x2", min: 0, max: 10, step: 0.0625 },
      { kind: "continuous", name: "x3", min: 10, max: 50 },
      { kind: "continuous", name: "x4", min: 150, max: 200 },
    ],
    objectives,
    outcomeConstraints: limits(3),
  },
  evaluate(design) {
    const [shell = 0, head = 0, radius = 0, length = 0] = rowOf(design);
    return {
      f:
        0.6224 * shell * radius * length +
        1.7781 * head * radius ** 2 +
        3.1661 * shell ** 2 * length +
        19.84 * shell ** 2 * radius,
      c1: shell - 0.0193 * radius,
      c2: head - 0.00954 * radius,
      c3: Math.PI * radius ** 2 * length + (4 / 3) * Math.PI * radius ** 3 - 1_296_000,
    };
  },
  best: 6059.946341,
  optima: [designOf([0.8125, 0.4375, 42.097398, 176.654047])],
};

const tensionString: Problem = {
  name: "tension-string",
  kind: "constrained",
  study: {
    parameters: box([
      [0.01, 1],
      [0.01, 1],
      [0.01, 20],
    ]),
    objectives,
    outcomeConstraints: limits(4),
  },
  evaluate(design) {
    const [wire = 0, coil = 0, turns = 0] = rowOf(design);
    const shear = (4 * coil ** 2 - wire * coil) / (12_566 * wire ** 3 * (coil - wire)) + 1 / (5108 * wire ** 2) - 1;
    // Capped near the poles of the formulas, as BoTorch does.
    const slack = (excess: number) => -Math.min(100, Number.isFinite(excess) ? excess : 100);
    return {
      f: wire ** 2 * coil * (turns + 2),
      c1: slack(1 - (coil ** 3 * turns) / (71_785 * wire ** 4)),
      c2: slack(shear),
      c3: slack(1 - (140.45 * wire) / (turns * coil ** 2)),
      c4: slack((wire + coil) / 1.5 - 1),
    };
  },
  best: 0.012681,
  optima: [designOf([0.05169, 0.35675, 11.28713])],
};

/** Within the unit ball about the origin; the optimum lies inside. */
const hartmannBall: Problem = {
  name: "hartmann6-ball",
  kind: "constrained",
  study: {
    parameters: box(Array.from({ length: 6 }, () => [0, 1] as const)),
    objectives,
    outcomeConstraints: limits(1),
  },
  evaluate(design) {
    const row = rowOf(design);
    return { f: hartmann(row), c1: 1 - Math.sqrt(sumOf(row.map((x) => x ** 2))) };
  },
  best: -3.32237,
  optima: [designOf([0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573])],
};

/** One objective to minimise while measured outcomes keep within limits. */
export const limitedProblems: readonly Problem[] = [
  gramacy,
  hartmannBall,
  pressureVessel,
  tensionString,
  weldedBeam,
  speedReducer,
];
