import { box, designOf, type Problem, rowOf, sumOf } from "./problem.ts";

const { PI, cos, exp, sin, sqrt } = Math;

export function branin(a: number, b: number): number {
  return (b - (5.1 / (4 * PI ** 2)) * a ** 2 + (5 / PI) * a - 6) ** 2 + 10 * (1 - 1 / (8 * PI)) * cos(a) + 10;
}

export function ackley(row: readonly number[]): number {
  const d = row.length;
  const flat = -20 * exp(-0.2 * sqrt(sumOf(row.map((x) => x * x)) / d));
  return flat - exp(sumOf(row.map((x) => cos(2 * PI * x))) / d) + 20 + Math.E;
}

function levy(row: readonly number[]): number {
  const w = row.map((x) => 1 + (x - 1) / 4);
  const inner = w.slice(0, -1).map((v) => (v - 1) ** 2 * (1 + 10 * sin(PI * v + 1) ** 2));
  const last = w.at(-1) ?? 1;
  return sin(PI * (w[0] ?? 1)) ** 2 + sumOf(inner) + (last - 1) ** 2 * (1 + sin(2 * PI * last) ** 2);
}

function rosenbrock(row: readonly number[]): number {
  return sumOf(row.slice(1).map((next, i) => 100 * (next - (row[i] ?? 0) ** 2) ** 2 + ((row[i] ?? 0) - 1) ** 2));
}

function camel(a: number, b: number): number {
  return (4 - 2.1 * a ** 2 + a ** 4 / 3) * a ** 2 + a * b + (4 * b ** 2 - 4) * b ** 2;
}

const hartmannTerms = [
  { weight: 1, a: [10, 3, 17, 3.5, 1.7, 8], p: [1312, 1696, 5569, 124, 8283, 5886] },
  { weight: 1.2, a: [0.05, 10, 17, 0.1, 8, 14], p: [2329, 4135, 8307, 3736, 1004, 9991] },
  { weight: 3, a: [3, 3.5, 1.7, 10, 17, 8], p: [2348, 1451, 3522, 2883, 3047, 6650] },
  { weight: 3.2, a: [17, 8, 0.05, 10, 0.1, 14], p: [4047, 8828, 8732, 5743, 1091, 381] },
];

function hartmann(row: readonly number[]): number {
  const terms = hartmannTerms.map(
    ({ weight, a, p }) => weight * exp(-sumOf(row.map((x, i) => (a[i] ?? 0) * (x - (p[i] ?? 0) / 10_000) ** 2))),
  );
  return -sumOf(terms);
}

function single(
  name: string,
  bounds: readonly (readonly [number, number])[],
  f: (row: readonly number[]) => number,
  best: number,
  optima: readonly (readonly number[])[],
): Problem {
  return {
    name,
    kind: "single",
    study: { parameters: box(bounds), objectives: [{ name: "f", goal: "minimise" }] },
    evaluate: (design) => ({ f: f(rowOf(design)) }),
    best,
    optima: optima.map(designOf),
  };
}

const repeat = <T>(value: T, count: number) => Array.from({ length: count }, () => value);

/** One objective to minimise, without constraints. Bounds are lopsided where the optimum would else be the centre of the box. */
export const singleProblems: readonly Problem[] = [
  single(
    "branin",
    [
      [-5, 10],
      [0, 15],
    ],
    ([a = 0, b = 0]) => branin(a, b),
    0.397887,
    [
      [-PI, 12.275],
      [PI, 2.275],
      [9.42478, 2.475],
    ],
  ),
  single(
    "six-hump-camel",
    [
      [-3, 3],
      [-2, 2],
    ],
    ([a = 0, b = 0]) => camel(a, b),
    -1.0316,
    [
      [0.0898, -0.7126],
      [-0.0898, 0.7126],
    ],
  ),
  single("hartmann6", repeat([0, 1] as const, 6), hartmann, -3.32237, [
    [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573],
  ]),
  single("ackley5", repeat([-5, 10] as const, 5), ackley, 0, [repeat(0, 5)]),
  single("levy5", repeat([-10, 10] as const, 5), levy, 0, [repeat(1, 5)]),
  single("rosenbrock4", repeat([-5, 10] as const, 4), rosenbrock, 0, [repeat(1, 4)]),
];
