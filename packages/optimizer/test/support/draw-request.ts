import type { Objective, Point, ProposeRequest, SearchSpace } from "@labloop/contracts";
import { createRandom } from "../../src/random/create-random.ts";

export const space: SearchSpace = {
  parameters: ["x", "y"].map((name) => ({ name, unit: "mm", min: 0, max: 1 })),
};
export const objective: Objective = { name: "strength", unit: "J", goal: "maximise" };

/** An 8 × 8 grid of the unit square, x varying slowest. */
export const grid = gridOf(8);

function gridOf(side: number): Point[] {
  return Array.from({ length: side * side }, (_, i) => ({ x: Math.floor(i / side) / side, y: (i % side) / side }));
}

/** Returns a request with `measured` noisy readings (all at different points) and `pending` other points in flight. */
export function drawRequest(measured: number, pending: number, seed: number, side = 8): ProposeRequest {
  const random = createRandom(seed);
  const candidates = gridOf(side);
  const deck = [...candidates];
  const draw = () => deck.splice(Math.floor(random.uniform() * deck.length), 1)[0]!;
  const measurements = Array.from({ length: measured }, () => {
    const parameters = draw();
    const [x, y] = [parameters["x"]!, parameters["y"]!];
    return { parameters, value: 10 * Math.sin(4 * x) * Math.cos(3 * y) + 20 * x * y + random.normal() };
  });
  return { space, objective, candidates, measurements, pending: Array.from({ length: pending }, draw), seed };
}
