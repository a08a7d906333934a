import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./launch.ts";

/** A point of the demo's pool. */
export type Design = Readonly<Record<"n" | "theta" | "r" | "t", number>>;

function rowsOf(path: string): string[][] {
  const [, ...lines] = readFileSync(join(root, path), "utf8").trimEnd().split("\n");
  return lines.map((line) => line.split(","));
}

const designs = new Map(
  rowsOf("simulator/labs/demo/designs.csv").map(([n, theta, r, t, file]) => [
    file!,
    { n: Number(n), theta: Number(theta), r: Number(r), t: Number(t) } satisfies Design,
  ]),
);

const readings = new Map<string, number[]>();
for (const [n, theta, r, t, toughness] of rowsOf("simulator/worlds/crossed-barrel/truth.csv")) {
  const key = [n, theta, r, t].map(Number).join("/");
  readings.set(key, [...(readings.get(key) ?? []), Number(toughness)]);
}

/** Returns the design that a file on the printers' cards makes. */
export function designOf(file: string): Design {
  return designs.get(file)!;
}

/** Returns the toughnesses that were measured of a design, in joules, one a replicate. */
export function measuredToughness({ n, theta, r, t }: Design): readonly number[] {
  return readings.get([n, theta, r, t].join("/"))!;
}

/** Returns every design with what was measured of it. */
export function measuredDesigns(): { readonly design: Design; readonly toughness: readonly number[] }[] {
  return [...designs.values()].map((design) => ({ design, toughness: measuredToughness(design) }));
}
