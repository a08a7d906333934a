import type { Model } from "../model/fit-model.ts";

/** Returns the first reading whose features are those of a row of a model's pooled readings. */
export function rowDesign(model: Model, row: number, features: readonly Float64Array[]): number {
  const readings = model.members[0]?.readings;
  const width = readings?.dimensions ?? 0;
  const own = readings?.inputs.subarray(row * width, (row + 1) * width).join();
  return features.findIndex((other) => other.join() === own);
}
