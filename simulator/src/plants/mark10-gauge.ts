/**
 * Returns loads as the gauge resolves them, in whole steps.
 *
 * What a step cannot express is carried over to the next reading, as a delta-sigma converter does: every reading is
 * right to one step, and the sum of many is right to half a step, however flat the curve is. Plain rounding would shift
 * a weak part's whole plateau by up to half a step.
 */
export function resolveLoads(loadsN: readonly number[], resolutionN: number): number[] {
  let carried = 0;
  return loadsN.map((load) => {
    const steps = Math.round((load + carried) / resolutionN);
    carried += load - steps * resolutionN;
    // `-0` is no reading of any gauge.
    return steps === 0 ? 0 : steps * resolutionN;
  });
}
