import { box, designOf, limits, type Problem, rowOf, slacks } from "./problem.ts";

const { SQRT2, sqrt } = Math;
const objectives = [{ name: "f", goal: "minimise" as const }];

/** A beam welded to a wall: weld and beam at the least cost that bears the load. In inches, pounds and pounds a square inch. */
export const weldedBeam: Problem = {
  name: "welded-beam",
  kind: "constrained",
  study: {
    parameters: box([
      [0.125, 10],
      [0.1, 10],
      [0.1, 10],
      [0.1, 10],
    ]),
    objectives,
    outcomeConstraints: limits(6),
  },
  evaluate(design) {
    const [weld = 0, length = 0, height = 0, width = 0] = rowOf(design);
    const load = 6000;
    const reach = 14;
    const [young, shear] = [30e6, 12e6];
    const radius = sqrt(length ** 2 + (weld + height) ** 2) / 2;
    const polar = 2 * SQRT2 * weld * length * (length ** 2 / 12 + (weld + height) ** 2 / 4);
    const direct = load / (SQRT2 * weld * length);
    const bent = (load * (reach + length / 2) * radius) / polar;
    const stress = sqrt(direct ** 2 + (direct * bent * length) / radius + bent ** 2);
    const buckling =
      ((4.013 * young * height * width ** 3) / (6 * reach ** 2)) * (1 - (height / (4 * reach)) * sqrt(young / shear));
    const bar = 0.04811 * height * width * (14 + length);
    return {
      f: 1.10471 * weld ** 2 * length + bar,
      ...slacks([
        13_600 - stress,
        30_000 - (6 * load * reach) / (width * height ** 2),
        width - weld,
        5 - 0.10471 * weld ** 2 - bar,
        0.25 - (4 * load * reach ** 3) / (young * height ** 3 * width),
        buckling - load,
      ]),
    };
  },
  best: 1.724852,
  optima: [designOf([0.205729639785, 3.470488665626, 9.036623910357, 0.205729639785])],
};

/** A gear box at its least weight; the third parameter is a number of teeth. */
export const speedReducer: Problem = {
  name: "speed-reducer",
  kind: "constrained",
  study: {
    parameters: box([
      [2.6, 3.6],
      [0.7, 0.8],
      [17, 28],
      [7.3, 8.3],
      [7.8, 8.3],
      [2.9, 3.9],
      [5, 5.5],
    ]).map((parameter) =>
      parameter.name === "x3" ? { kind: "integer" as const, name: "x3", min: 17, max: 28 } : parameter,
    ),
    objectives,
    outcomeConstraints: limits(11),
  },
  evaluate(design) {
    const [face = 0, module = 0, teeth = 0, long1 = 0, long2 = 0, shaft1 = 0, shaft2 = 0] = rowOf(design);
    const wheel = module * teeth;
    const stress = (long: number, shaft: number, load: number) =>
      sqrt(((745 * long) / wheel) ** 2 + load) / (0.1 * shaft ** 3);
    return {
      f:
        0.7854 * face * module ** 2 * (3.3333 * teeth ** 2 + 14.9334 * teeth - 43.0934) -
        1.508 * face * (shaft1 ** 2 + shaft2 ** 2) +
        7.4777 * (shaft1 ** 3 + shaft2 ** 3) +
        0.7854 * (long1 * shaft1 ** 2 + long2 * shaft2 ** 2),
      ...slacks([
        1 - 27 / (face * module * wheel),
        1 - 397.5 / (face * wheel ** 2),
        1 - (1.93 * long1 ** 3) / (wheel * shaft1 ** 4),
        1 - (1.93 * long2 ** 3) / (wheel * shaft2 ** 4),
        1100 - stress(long1, shaft1, 16.9e6),
        850 - stress(long2, shaft2, 157.5e6),
        40 - wheel,
        face / module - 5,
        12 - face / module,
        1 - (1.5 * shaft1 + 1.9) / long1,
        1 - (1.1 * shaft2 + 1.9) / long2,
      ]),
    };
  },
  best: 2996.3482,
  optima: [designOf([3.5, 0.7, 17, 7.3, 7.8, 3.3502146661, 5.2866832298])],
};
