import type { Kernel } from "../kernel/kernel-types.ts";
import type { PooledReadings } from "./pool-replicates.ts";

/** Loads pooled readings into a kernel: Matérn-5/2, a lengthscale per input, noise shared by replicates; `room` more may follow. */
export function loadReadings(kernel: Kernel, readings: PooledReadings, room: number): void {
  const { count, dimensions, inputs, means, replicates } = readings;
  kernel.load({
    features: inputs,
    groups: Int32Array.from({ length: dimensions }, (_, i) => i),
    values: means,
    noiseWeights: replicates.map((repeats) => 1 / repeats),
    knownVariances: new Float64Array(count),
    family: "matern-5/2",
    room,
  });
}
