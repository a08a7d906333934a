import { box, type Problem, rowOf, sumOf } from "./problem.ts";
import { branin } from "./single-problems.ts";

function several(
  name: string,
  bounds: readonly (readonly [number, number])[],
  references: readonly number[],
  f: (row: readonly number[]) => readonly number[],
  best: number,
): Problem {
  return {
    name,
    kind: "several",
    study: {
      parameters: box(bounds),
      objectives: references.map((reference, k) => ({ name: `f${k + 1}`, goal: "minimise", reference })),
    },
    evaluate: (design) => Object.fromEntries(f(rowOf(design)).map((value, k) => [`f${k + 1}`, value])),
    best,
    optima: [],
  };
}

function currin(a: number, b: number): number {
  const risen = b > 0 ? 1 - Math.exp(-1 / (2 * b)) : 1;
  return (risen * (2300 * a ** 3 + 1900 * a ** 2 + 2092 * a + 60)) / (100 * a ** 3 + 500 * a ** 2 + 4 * a + 20);
}

function zdt1(row: readonly number[]): number[] {
  const [first = 0, ...others] = row;
  const g = 1 + (9 * sumOf(others)) / others.length;
  return [first, g * (1 - Math.sqrt(first / g))];
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

/** Several objectives to minimise. References and greatest hypervolumes are those of BoTorch's test problems. */
export const frontProblems: readonly Problem[] = [
  several(
    "branin-currin",
    unit(2),
    [18, 6],
    ([a = 0, b = 0]) => [branin(15 * a - 5, 15 * b), currin(a, b)],
    59.36011874867746,
  ),
  several("zdt1", unit(4), [11, 11], zdt1, 120 + 2 / 3),
  several(
    "vehicle-safety",
    Array.from({ length: 5 }, () => [1, 3] as const),
    [1864.72022, 11.81993945, 0.2903999384],
    vehicleSafety,
    246.81607081187002,
  ),
];
