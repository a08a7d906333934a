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

export function hartmann(row: readonly number[]): number {
  const terms = hartmannTerms.map(
    ({ weight, a, p }) => weight * exp(-sumOf(row.map((x, i) => (a[i] ?? 0) * (x - (p[i] ?? 0) / 10_000) ** 2))),
  );
  return -sumOf(terms);
}

function cosineMixture(row: readonly number[]): number {
  return sumOf(row.map((x) => x * x - 0.1 * cos(5 * PI * x)));
}

const shekelTerms = [
  { width: 1, at: [4, 4] },
  { width: 2, at: [1, 1] },
  { width: 2, at: [8, 8] },
  { width: 4, at: [6, 6] },
  { width: 4, at: [3, 7] },
  { width: 6, at: [2, 9] },
  { width: 3, at: [5, 3] },
  { width: 7, at: [8, 1] },
  { width: 5, at: [6, 2] },
  { width: 5, at: [7, 3.6] },
];

function shekel(row: readonly number[]): number {
  // A place repeats its two coordinates.
  const terms = shekelTerms.map(
    ({ width, at }) => 1 / (sumOf(row.map((x, i) => (x - (at[i % 2] ?? 0)) ** 2)) + width / 10),
  );
  return -sumOf(terms);
}

function styblinskiTang(row: readonly number[]): number {
  return sumOf(row.map((x) => x ** 4 - 16 * x ** 2 + 5 * x)) / 2;
}

function rastrigin(row: readonly number[]): number {
  return sumOf(row.map((x) => 10 + x ** 2 - 10 * cos(2 * PI * x)));
}

function griewank(row: readonly number[]): number {
  const waves = row.reduce((product, x, i) => product * cos(x / sqrt(i + 1)), 1);
  return 1 + sumOf(row.map((x) => x ** 2)) / 4000 - waves;
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
  single("cosine8", repeat([-0.8, 1] as const, 8), cosineMixture, -0.8, [repeat(0, 8)]),
  single("shekel10", repeat([0, 10] as const, 4), shekel, -10.536443, [[4.000747, 3.99951, 4.000747, 3.99951]]),
  single("styblinski-tang4", repeat([-5, 5] as const, 4), styblinskiTang, -156.664663, [repeat(-2.903534, 4)]),
  single("rastrigin3", repeat([-3, 5.12] as const, 3), rastrigin, 0, [repeat(0, 3)]),
  single("griewank4", repeat([-300, 600] as const, 4), griewank, 0, [repeat(0, 4)]),
];
