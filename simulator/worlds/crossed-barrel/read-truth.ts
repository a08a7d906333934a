import { readFileSync } from "node:fs";
import { LabError, type Point } from "@labloop/contracts";

/** One design with its three measured toughnesses, in joules. */
export interface Design {
  readonly parameters: Point;
  readonly toughness: readonly number[];
}

const columns = ["n", "theta", "r", "t"] as const;

/** Returns the name of a design in look-ups: its parameters in order. */
export function designKey(parameters: Readonly<Record<string, number | string>>): string {
  return columns.map((column) => Number(parameters[column])).join("/");
}

/** Returns the measured designs by key, replicates in file order; throws `world.truthMalformed` on a bad row. */
export function readTruth(): Map<string, Design> {
  const text = readFileSync(new URL("./truth.csv", import.meta.url), "utf8");
  const designs = new Map<string, { parameters: Point; toughness: number[] }>();
  for (const [index, line] of text.trimEnd().split("\n").slice(1).entries()) {
    const [n = NaN, theta = NaN, r = NaN, t = NaN, toughness = NaN] = line.split(",").map(Number);
    if (![n, theta, r, t, toughness].every(Number.isFinite)) {
      throw new LabError("world.truthMalformed", `truth.csv line ${index + 2} is not five numbers: ${line}`);
    }
    const parameters = { n, theta, r, t };
    const key = designKey(parameters);
    const design = designs.get(key);
    if (design === undefined) designs.set(key, { parameters, toughness: [toughness] });
    else design.toughness.push(toughness);
  }
  return designs;
}
