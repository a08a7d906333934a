import type { PooledReadings } from "./pool-replicates.ts";

/** Hyperparameters of so many designs are as good as of more, and a fit costs the cube of their number. */
export const MOST_FITTED = 160;

/**
 * Returns the readings of at most `most` designs: the best quarter of them by mean reading, since that is where the surface must
 * be known, and the others evenly through the lexicographic order of the inputs, which spreads them over the space.
 */
export function thinReadings(readings: PooledReadings, most: number): PooledReadings {
  const { count, dimensions, inputs, means } = readings;
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
  const of = (every: Float64Array) => Float64Array.from(rows, (row) => every[row] as number);
  const [counts, scatters] = [of(readings.counts), of(readings.scatters)];
  return {
    count: rows.length,
    dimensions,
    readings: counts.reduce((sum, own) => sum + own, 0),
    inputs: thinned,
    means: of(means),
    counts,
    replicates: of(readings.replicates),
    knownVariances: of(readings.knownVariances),
    scatters,
    scatter: scatters.reduce((sum, own) => sum + own, 0),
  };
}
