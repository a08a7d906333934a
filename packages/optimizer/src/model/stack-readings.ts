import type { PooledReadings } from "./pool-replicates.ts";

/**
 * Returns own readings and those of other campaigns as one list, the own ones first, with one more leading feature per other campaign:
 * `distance` in the designs of that campaign, else 0.
 */
export function stackReadings(
  own: PooledReadings,
  others: readonly PooledReadings[],
  distance: number,
): PooledReadings {
  const all = [own, ...others];
  const sum = (read: (one: PooledReadings) => number) => all.reduce((total, one) => total + read(one), 0);
  const count = sum((one) => one.count);
  const dimensions = own.dimensions + others.length;
  const inputs = new Float64Array(count * dimensions);
  let row = 0;
  all.forEach((one, campaign) => {
    for (let i = 0; i < one.count; i++, row++) {
      if (campaign > 0) inputs[row * dimensions + campaign - 1] = distance;
      const features = one.inputs.subarray(i * own.dimensions, (i + 1) * own.dimensions);
      inputs.set(features, row * dimensions + others.length);
    }
  });
  return {
    count,
    dimensions,
    readings: sum((one) => one.readings),
    inputs,
    means: Float64Array.from(all.flatMap((one) => [...one.means])),
    counts: Float64Array.from(all.flatMap((one) => [...one.counts])),
    replicates: Float64Array.from(all.flatMap((one) => [...one.replicates])),
    scatters: Float64Array.from(all.flatMap((one) => [...one.scatters])),
    knownVariances: Float64Array.from(all.flatMap((one) => [...one.knownVariances])),
    scatter: sum((one) => one.scatter),
  };
}
