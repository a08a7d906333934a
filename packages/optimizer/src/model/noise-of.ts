import type { PooledReadings } from "./pool-replicates.ts";

/** Returns the variance of the noise in the mean reading of a pooled row: known, or that of one reading over how many there are. */
export function noiseOf({ knownVariances, replicates }: PooledReadings, row: number, noise: number): number {
  return (knownVariances[row] as number) || noise / (replicates[row] as number);
}
