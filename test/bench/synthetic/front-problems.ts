import { box, limits, type Problem, rowOf, slacks, sumOf } from "./problem.ts";
import { branin } from "./single-problems.ts";

function several(
  name: string,
  bounds: readonly (readonly [number, number])[],
  references: readonly number[],
  f: (row: readonly number[]) => readonly number[],
  best: number,
  slackOf?: (row: readonly number[], values: readonly number[]) => number,
): Problem {
  return {
    name,
    kind: "several",
    study: {
      parameters: box(bounds),
      outcomeConstraints: limits(slackOf === undefined ? 0 : 1),
      objectives: references.map((reference, k) => ({ name: `f${k + 1}`, goal: "minimise", reference })),
    },
    evaluate(design) {
      const row = rowOf(design);
      const values = f(row);
      return {
        ...Object.fromEntries(values.map((value, k) => [`f${k + 1}`, value])),
        ...slacks(slackOf === undefined ? [] : [slackOf(row, values)]),
      };
    },
    best,
    optima: [],
  };
}

function currin(a: number, b: number): number {
  const risen = b > 0 ? 1 - Math.exp(-1 / (2 * b)) : 1;
  return (risen * (2300 * a ** 3 + 1900 * a ** 2 + 2092 * a + 60)) / (100 * a ** 3 + 500 * a ** 2 + 4 * a + 20);
}

function braninCurrin([a = 0, b = 0]: readonly number[]): number[] {
  return [branin(15 * a - 5, 15 * b), currin(a, b)];
}

/** One of the ZDT problems: `shape` of the first objective and of how far the other parameters are from 0. */
function zdt(shape: (first: number, g: number) => number): (row: readonly number[]) => number[] {
  return ([first = 0, ...others]) => {
    const g = 1 + (9 * sumOf(others)) / others.length;
    return [first, g * shape(first, g)];
  };
}

/** DTLZ2: a part of a sphere, with as many objectives as are asked for. */
function sphere(count: number): (row: readonly number[]) => number[] {
  return (row) => {
    const radius = 1 + sumOf(row.slice(count - 1).map((x) => (x - 0.5) ** 2));
    const angles = row.slice(0, count - 1).map((x) => (x * Math.PI) / 2);
    return Array.from({ length: count }, (_, k) => {
      const kept = angles.slice(0, count - 1 - k).reduce((product, angle) => product * Math.cos(angle), radius);
      return k === 0 ? kept : kept * Math.sin(angles[count - 1 - k] ?? 0);
    });
  };
}

/** What is left to the nearest of three discs, about both ends and the middle of the front. */
function discs(values: readonly number[]): number {
  const [f1 = 0, f2 = 0] = values;
  const ends = Math.min((f1 - 1) ** 2 + f2 ** 2, (f2 - 1) ** 2 + f1 ** 2) - 0.04;
  return -Math.min(ends, (f1 - Math.SQRT1_2) ** 2 + (f2 - Math.SQRT1_2) ** 2 - 0.08);
}

function vehicleSafety([a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[]): number[] {
  return [
    1640.2823 + 2.3573285 * a + 2.3220035 * b + 4.5688768 * c + 7.7213633 * d + 4.4559504 * e,
    6.5856 +
      1.15 * a -
      1.0427 * b +
      0.9738 * c +
      0.8364 * d -
      0.3695 * a * d +
      0.0861 * a * e +
      0.3628 * b * d -
      0.1106 * a ** 2 -
      0.3437 * c ** 2 +
      0.1764 * d ** 2,
    -0.0551 +
      0.0181 * a +
      0.1024 * b +
      0.0421 * c -
      0.0073 * a * b +
      0.024 * b * c -
      0.0118 * b * d -
      0.0204 * c * d -
      0.008 * c * e -
      0.0241 * b ** 2 +
      0.0109 * d ** 2,
  ];
}

const unit = (count: number) => Array.from({ length: count }, () => [0, 1] as const);

/**
 * Several objectives to minimise. References, and the greatest hypervolumes of ZDT, DTLZ and vehicle safety, are those of BoTorch's
 * test problems; the others are what grids refined along the front came to, 0.1 % more than is published.
 */
export const frontProblems: readonly Problem[] = [
  several("branin-currin", unit(2), [18, 6], braninCurrin, 59.40658),
  several(
    "zdt1",
    unit(4),
    [11, 11],
    zdt((first, g) => 1 - Math.sqrt(first / g)),
    120 + 2 / 3,
  ),
  several(
    "zdt2",
    unit(4),
    [11, 11],
    zdt((first, g) => 1 - (first / g) ** 2),
    120 + 1 / 3,
  ),
  several(
    "zdt3",
    unit(4),
    [11, 11],
    zdt((first, g) => 1 - Math.sqrt(first / g) - (first / g) * Math.sin(10 * Math.PI * first)),
    128.77811613069076,
  ),
  several("dtlz2", unit(5), [1.1, 1.1, 1.1], sphere(3), 1.1 ** 3 - Math.PI / 6),
  several(
    "vehicle-safety",
    Array.from({ length: 5 }, () => [1, 3] as const),
    [1864.72022, 11.81993945, 0.2903999384],
    vehicleSafety,
    246.81607081187002,
  ),
  several("branin-currin-disc", unit(2), [80, 12], braninCurrin, 609.40371, ([a = 0, b = 0]) => {
    return 50 - (15 * a - 7.5) ** 2 - (15 * b - 7.5) ** 2;
  }),
  several("c2-dtlz2", unit(4), [1.1, 1.1], sphere(2), 0.4000564, (_, values) => discs(values)),
];
