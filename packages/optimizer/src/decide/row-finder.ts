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
