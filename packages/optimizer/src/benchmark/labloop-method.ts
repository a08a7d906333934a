import type { Point, ProposeRequest, Study } from "@labloop/contracts";
import { propose } from "../propose.ts";
import { createRandom } from "../random/create-random.ts";
import type { BenchMethod, PoolAsk, PoolMeasurement } from "./bench-method.ts";
import { deriveSeed } from "./derive-seed.ts";

/** Returns labloop's own optimizer as a method. */
export function labloopMethod(): BenchMethod {
  return {
    name: "labloop",
    start(study, features, seed) {
      const points = features.map(pointOf);
      const indexOf = new Map(points.map((point, index) => [JSON.stringify(point), index]));
      const find = (point: Point) => indexOf.get(JSON.stringify(point)) as number;
      return {
        ask(ask) {
          const indices: number[] = [];
          let recommended: number | null = null;
          for (let i = 0; i < Math.max(1, ask.count); i++) {
            const answer = propose(
              requestOf(study, points, ask, indices, deriveSeed(seed, ask.measurements.length, i)),
            );
            if (i === 0 && answer.best !== null && study.objectives.length === 1)
              recommended = find(answer.best.parameters);
            if (i < ask.count) indices.push(find(answer.parameters));
          }
          return { indices, recommended };
        },
      };
    },
  };
}

function requestOf(
  { objectives }: Study,
  points: readonly Point[],
  { measurements, pending, count, remaining }: PoolAsk,
  chosen: readonly number[],
  seed: number,
): ProposeRequest {
  const parameters = Object.keys(points[0] ?? {}).map((name) => ({ name, unit: "1", min: 0, max: 1 }));
  const goal = objectives.length === 1 ? (objectives[0]?.goal ?? "maximise") : "maximise";
  const values =
    objectives.length === 1 ? measurements.map((m) => m.values[0] as number) : blend(objectives, measurements, seed);
  return {
    space: { parameters },
    objective: { name: "objective", unit: "1", goal },
    candidates: [...points],
    measurements: measurements.map(({ index }, i) => ({
      parameters: points[index] as Point,
      value: values[i] as number,
    })),
    pending: [...pending, ...chosen].map((index) => points[index] as Point),
    seed,
    remaining: remaining + Math.max(0, count - 1 - chosen.length),
  };
}

/** Several objectives as one, by random weights of their scaled values; each ask has its own weights (Knowles, ParEGO). */
function blend(objectives: Study["objectives"], measurements: readonly PoolMeasurement[], seed: number): number[] {
  const random = createRandom(seed);
  const draws = objectives.map(() => random.uniform());
  const total = draws.reduce((a, b) => a + b, 0);
  const scaled = objectives.map(({ goal }, k) => {
    const gains = measurements.map(({ values }) => (goal === "minimise" ? -1 : 1) * (values[k] as number));
    const worst = Math.min(...gains);
    const width = Math.max(...gains) - worst;
    return gains.map((gain) => ((draws[k] as number) / total) * (width > 0 ? (gain - worst) / width - 1 : 0));
  });
  return measurements.map((_, i) => {
    const parts = scaled.map((gains) => gains[i] as number);
    return Math.min(...parts) + 0.05 * parts.reduce((a, b) => a + b, 0);
  });
}

function pointOf(features: readonly number[]): Point {
  return Object.fromEntries(features.map((value, i) => [`x${i}`, value]));
}
