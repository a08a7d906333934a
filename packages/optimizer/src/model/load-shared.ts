import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import type { PooledReadings } from "./pool-replicates.ts";

/** Loads a kernel with readings whose roughness is split by `share`, what a repeat changes being left to the noise where that is known; `room` more rows may be appended. */
export function loadShared(
  kernel: Kernel,
  readings: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  share: number,
  room: number,
): void {
  kernel.load({
    features: readings.inputs,
    groups,
    values: readings.means,
    noiseWeights: readings.replicates.map(
      (repeats, row) => (readings.knownVariances[row] === 0 ? share / repeats : 0) + (1 - share),
    ),
    knownVariances: readings.knownVariances,
    family,
    room,
  });
}
