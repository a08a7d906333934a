import { compareVectors } from "../model/compare-vectors.ts";
import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";

/** Returns the first reading whose features are those of a row of a model's pooled readings. */
export function rowDesign({ members }: Model, row: number, features: readonly Float64Array[]): number {
  const { dimensions, inputs } = (members[0] as Member).readings;
  const own = inputs.subarray(row * dimensions, (row + 1) * dimensions);
  return features.findIndex((other) => compareVectors(other, own) === 0);
}
