import { readFileSync } from "node:fs";
import { type Point, Study } from "@labloop/contracts";

/** A measured design of the pool: its replicates and its rank by their mean, 1 being the best. */
export interface Design {
  readonly point: Point;
  readonly replicates: readonly number[];
  readonly rank: number;
}

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

/** Returns which of the designs a campaign over their list asks the optimizer to find, in its words. */
export function studyOf(designs: readonly Design[]): Study {
  const candidates = designs.map(({ point }) => point);
  const levelsOf = (name: string) =>
    [...new Set(candidates.map((point) => point[name] as number))].sort((a, b) => a - b);
  const parameter = (name: string, unit: string) => ({ kind: "levels", name, unit, levels: levelsOf(name) });
  return Study.parse({
    parameters: [parameter("n", ""), parameter("theta", "°"), parameter("r", "mm"), parameter("t", "mm")],
    objectives: [{ name: "toughness", unit: "J", goal: "maximise" }],
    candidates,
  });
}
