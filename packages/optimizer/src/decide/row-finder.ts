import { compareVectors } from "../model/compare-vectors.ts";
import type { Model } from "../model/fit-model.ts";
import { keyOf } from "../space/key-of.ts";

/** Returns what finds the row of a model's pooled readings at an encoded place by its bits; -1 where there is none. */
export function rowFinder(model: Model): (place: Float64Array) => number {
  const readings = model.members[0]?.readings;
  const rowByKey = new Map<string, number>();
  for (let row = 0; readings !== undefined && row < readings.count; row++) {
    const { dimensions, inputs } = readings;
    rowByKey.set(keyOf(inputs.subarray(row * dimensions, (row + 1) * dimensions)), row);
  }
  return (place) => rowByKey.get(keyOf(place)) ?? -1;
}

/** Returns the same row of a single place: all are looked through, where a finder makes a key of each. */
export function rowOf({ members }: Model, place: Float64Array): number {
  const readings = members[0]?.readings;
  for (let row = 0; readings !== undefined && row < readings.count; row++) {
    if (readings.inputs[row * readings.dimensions] !== place[0]) continue;
    const own = readings.inputs.subarray(row * readings.dimensions, (row + 1) * readings.dimensions);
    if (compareVectors(own, place) === 0) return row;
  }
  return -1;
}
