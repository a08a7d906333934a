import { readFileSync } from "node:fs";
import type { Objective, Point, SearchSpace } from "@labloop/contracts";

/** A measured design of the pool: its replicates and its rank by their mean, 1 being the best. */
export interface Design {
  readonly point: Point;
  readonly replicates: readonly number[];
  readonly rank: number;
}

export const space: SearchSpace = {
  parameters: [
    { name: "n", unit: "", min: 6, max: 12, levels: [6, 8, 10, 12] },
    { name: "theta", unit: "°", min: 0, max: 200, levels: [0, 25, 50, 75, 100, 125, 150, 175, 200] },
    { name: "r", unit: "mm", min: 1.5, max: 2.5 },
    { name: "t", unit: "mm", min: 0.7, max: 1.4, levels: [0.7, 1.05, 1.4] },
  ],
};

export const objective: Objective = { name: "toughness", unit: "J", goal: "maximise" };

/** Returns the 600 designs in the order of the fixture. */
export function readDesigns(): Design[] {
  const text = readFileSync(new URL("../fixtures/crossed-barrel.csv", import.meta.url), "utf8");
  const byInputs = new Map<string, { point: Point; replicates: number[] }>();
  for (const line of text.trim().split("\n").slice(1)) {
    const [n, theta, r, t, toughness] = line.split(",").map(Number) as [number, number, number, number, number];
    const key = [n, theta, r, t].join();
    const known = byInputs.get(key) ?? { point: { n, theta, r, t }, replicates: [] };
    known.replicates.push(toughness);
    byInputs.set(key, known);
  }
  const designs = [...byInputs.values()];
  const mean = ({ replicates }: { replicates: number[] }) =>
    replicates.reduce((sum, y) => sum + y, 0) / replicates.length;
  const ranked = designs.toSorted((a, b) => mean(b) - mean(a));
  return designs.map((design) => ({ ...design, rank: ranked.indexOf(design) + 1 }));
}
