import { exp } from "../special-functions/exp.ts";
import { normalCdf } from "../special-functions/normal.ts";
import { logImprovement } from "./log-expected-improvement.ts";

const KNOTS_PER_UNIT = 128;
// Beyond this the density is below the smallest normal double.
const DEEPEST = 37;

/** Made with the first choice: a thread that makes none, such as an engine's, starts without. */
let pieces: Float64Array | null = null;

/**
 * For u from -k/128 down to -(k + 1)/128, the six coefficients, lowest first, of the quintic that has the improvement's value,
 * slope and curvature at both ends.
 */
function makePieces(): Float64Array {
  const made = new Float64Array(6 * DEEPEST * KNOTS_PER_UNIT);
  for (let k = 0, from = knot(0); 6 * k < made.length; k++) {
    const to = knot(k + 1);
    const rise = to.value - from.value;
    const curve = from.curvature / 2;
    const end = to.curvature / 2;
    const third = 10 * rise - 6 * from.slope - 4 * to.slope - 3 * curve + end;
    const fourth = -15 * rise + 8 * from.slope + 7 * to.slope + 3 * curve - 2 * end;
    const fifth = 6 * rise - 3 * from.slope - 3 * to.slope - curve + end;
    made.set([from.value, from.slope, curve, third, fourth, fifth], 6 * k);
    from = to;
  }
  return made;
}

/** The improvement at u = -k/128 with its derivatives in units of a knot. */
function knot(k: number): { value: number; slope: number; curvature: number } {
  const u = -k / KNOTS_PER_UNIT;
  const density = exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI);
  return {
    value: exp(logImprovement(u)),
    slope: -normalCdf(u) / KNOTS_PER_UNIT,
    curvature: density / (KNOTS_PER_UNIT * KNOTS_PER_UNIT),
  };
}

/**
 * Returns the expected improvement itself, 0 where a mean is more than 37 standard deviations below the incumbent.
 *
 * Arguments as for `logExpectedImprovement`. By interpolation, relative error below 2e-8, and below 1e-11 down to 8: millions
 * of these are summed for one choice, where each by the formula takes ten times as long.
 */
export function expectedImprovement(mean: number, sd: number, incumbent: number): number {
  const difference = mean - incumbent;
  const certain = difference > 0 ? difference : 0;
  if (sd === 0) return certain;
  // h(u) = u + h(-u): the lower tail is all that is kept.
  const depth = (Math.abs(difference) / sd) * KNOTS_PER_UNIT;
  if (!(depth < DEEPEST * KNOTS_PER_UNIT)) return certain;
  const k = Math.floor(depth);
  const t = depth - k;
  const at = 6 * k;
  const c = (pieces ??= makePieces());
  const high = (c[at + 3] as number) + t * ((c[at + 4] as number) + t * (c[at + 5] as number));
  const low = (c[at] as number) + t * ((c[at + 1] as number) + t * (c[at + 2] as number));
  return certain + sd * (low + t * t * t * high);
}
