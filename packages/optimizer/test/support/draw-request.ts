import { type Design, Study } from "@labloop/contracts";
import type { DesignRequest } from "../../src/index.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** An 8 × 8 grid of the unit square, x varying slowest. */
export const grid = Array.from({ length: 64 }, (_, i) => ({ x: Math.floor(i / 8) / 8, y: (i % 8) / 8 }));

/** Which design of the grid is strongest. */
export const gridStudy = Study.parse({
  parameters: ["x", "y"].map((name) => ({ kind: "continuous", name, unit: "mm", min: 0, max: 1 })),
  objectives: [{ name: "strength", unit: "J", goal: "maximise" }],
  candidates: grid,
});

/** Returns readings of some designs, all of one quantity, as a request about the grid with nothing under way. */
export function requestOf(read: readonly { readonly design: Design; readonly value: number }[]): DesignRequest {
  const trials = read.map(
    ({ design, value }) => ({ design, outcome: { status: "measured", values: { strength: value } } }) as const,
  );
  return { study: gridStudy, trials, pending: [], seed: 1 };
}

/** Returns a request with `measured` noisy readings (all of different designs) and `pending` other designs in flight. */
export function drawRequest(measured: number, pending: number, seed: number): DesignRequest {
  const random = createRandom(seed);
  const deck = [...grid];
  const draw = () => deck.splice(Math.floor(random.uniform() * deck.length), 1)[0]!;
  const read = Array.from({ length: measured }, () => {
    const design = draw();
    const { x, y } = design;
    return { design, value: 10 * Math.sin(4 * x) * Math.cos(3 * y) + 20 * x * y + random.normal() };
  });
  return { ...requestOf(read), pending: Array.from({ length: pending }, draw), seed };
}
