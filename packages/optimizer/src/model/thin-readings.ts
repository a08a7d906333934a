import type { PooledReadings } from "./pool-replicates.ts";

/** Hyperparameters of so many designs are as good as of more, and a fit costs the cube of their number. */
export const MOST_FITTED = 160;

/**
 * Returns the readings of at most `most` designs: the best quarter of them by mean reading, since that is where the surface must
 * be known, and the others evenly through the lexicographic order of the inputs, which spreads them over the space.
 */
export function thinReadings(readings: PooledReadings, most: number): PooledReadings {
  const { count, dimensions, inputs, means, replicates } = readings;
  if (count <= most) return readings;
  const all = Array.from({ length: count }, (_, row) => row);
  const order = all.toSorted((a, b) => (means[b] as number) - (means[a] as number) || a - b);
  const kept = new Set(order.slice(0, Math.floor(most / 4)));
  const others = all.filter((row) => !kept.has(row));
  const wanted = most - kept.size;
  for (let i = 0; i < wanted; i++) kept.add(others[Math.floor((i * others.length) / wanted)] as number);
  const rows = [...kept].sort((a, b) => a - b);
  const thinned = new Float64Array(rows.length * dimensions);
  rows.forEach((row, i) => thinned.set(inputs.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions));
  const repeats = rows.map((row) => replicates[row] as number);
  const left = repeats.reduce((sum, own) => sum + own, 0);
  const scatters = Float64Array.from(rows, (row) => readings.scatters[row] as number);
  return {
    count: rows.length,
    dimensions,
    readings: left,
    inputs: thinned,
    means: Float64Array.from(rows, (row) => means[row] as number),
    replicates: Float64Array.from(repeats),
    knownVariances: Float64Array.from(rows, (row) => readings.knownVariances[row] as number),
    scatters,
    scatter: scatters.reduce((sum, own) => sum + own, 0),
  };
}
