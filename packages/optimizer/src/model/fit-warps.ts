import type { Kernel, KernelFamily } from "../kernel/kernel-types.ts";
import { log } from "../special-functions/log.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import { thinReadings } from "./thin-readings.ts";
import { type FittedTheta, unitTheta } from "./fit-theta.ts";
import { countGroups } from "./count-groups.ts";
import { loadShared } from "./load-shared.ts";
import { UNWARPED, type Warp, warpInputs } from "./warp-inputs.ts";

const BENDS: readonly Warp[] = [
  [1 / 3, 1],
  [0.5, 1],
  [2, 1],
  [3, 1],
  [1, 1 / 3],
  [1, 0.5],
  [1, 2],
  [1, 3],
  [0.5, 0.5],
  [2, 2],
];
// Of ln a and ln b; their mean is 0. The 0.75 of Snoek et al. lets few readings choose a bend that they say little of.
const SPREAD = 0.5;
// Of fewer values of a parameter nobody can tell a bend from a lengthscale.
const FEWEST_VALUES = 3;
const FEWEST_DESIGNS = 5;
// Which of a few coarse bends is most credible, so many designs tell as well as more, in a fraction of the time.
const MOST_ASKED = 64;

/**
 * Returns one warp a feature, those of highest posterior density at given hyperparameters, chosen for one feature after the other
 * in a single round; null where no bend is more credible than none. Only a feature with a lengthscale of its own and at least
 * three values within [0, 1] among the readings is bent: names and descriptors have no axis to bend. `kernel` loses what it held.
 */
export function fitWarps(
  kernel: Kernel,
  all: PooledReadings,
  groups: Int32Array,
  family: KernelFamily,
  theta: FittedTheta,
): readonly Warp[] | null {
  if (all.count < FEWEST_DESIGNS) return null;
  const readings = thinReadings(all, MOST_ASKED);
  const densityOf = (warps: readonly Warp[]) => {
    loadShared(
      kernel,
      { ...readings, inputs: warpInputs(readings.inputs, warps) },
      groups,
      family,
      theta.noiseShare,
      0,
    );
    const found = kernel.evaluate({ ...unitTheta(theta), jitter: 1e-9 }, { slopes: false });
    return found === null ? Number.NEGATIVE_INFINITY : -0.5 * (found.quadratic / theta.variance + found.logDeterminant);
  };
  let warps: readonly Warp[] = Array.from(groups, () => UNWARPED);
  let likelihood = densityOf(warps);
  for (const column of warpable(all, groups)) {
    let best = { warps, likelihood, density: likelihood };
    for (const warp of BENDS) {
      const tried = warps.with(column, warp);
      const found = densityOf(tried);
      const density = found + logPrior(warp);
      if (density > best.density) best = { warps: tried, likelihood: found, density };
    }
    ({ warps, likelihood } = best);
  }
  return warps.every((warp) => warp === UNWARPED) ? null : warps;
}

function logPrior(warp: Warp): number {
  return warp.reduce((sum, exponent) => sum - 0.5 * (log(exponent) / SPREAD) * (log(exponent) / SPREAD), 0);
}

function warpable({ count, dimensions, inputs }: PooledReadings, groups: Int32Array): number[] {
  const widths = new Int32Array(countGroups(groups));
  for (const group of groups) widths[group] = (widths[group] as number) + 1;
  return [...groups.keys()].filter((column) => {
    if (widths[groups[column] as number] !== 1) return false;
    const values = Array.from({ length: count }, (_, row) => inputs[row * dimensions + column] as number);
    return values.every((value) => value >= 0 && value <= 1) && new Set(values).size >= FEWEST_VALUES;
  });
}
