import type { BestPoint, Point } from "@labloop/contracts";
import { predictValue } from "./predict-value.ts";
import { designVector, pointKey } from "./search-space/design-vectors.ts";
import { type Evidence, fitSurrogate, type Surrogate } from "./surrogate/fit-surrogate.ts";

/** The best of a list of points. */
type BestOfPoints = BestPoint & { readonly parameters: Point };

/**
 * Returns the measured point with the best posterior mean, or null when nothing is measured.
 *
 * `value` and `interval90` (central 90 %) are of the noise-free value in the objective's unit; `observed` holds what was
 * read there, in the order of the measurements. Between equal means the point measured first wins.
 */
export function bestPoint(evidence: Evidence): BestOfPoints | null {
  return evidence.measurements.length === 0 ? null : bestOf(evidence, fitSurrogate(evidence));
}

/** Returns the best point under a surrogate already fitted to the evidence. */
export function bestOf({ space, measurements }: Evidence, surrogate: Surrogate): BestOfPoints | null {
  const measured = new Map<string, { parameters: Point; observed: number[] }>();
  for (const { parameters, value } of measurements) {
    const key = pointKey(space, parameters);
    const known = measured.get(key);
    if (known === undefined) measured.set(key, { parameters, observed: [value] });
    else known.observed.push(value);
  }
  const points = [...measured.values()];
  const posterior = surrogate.posteriorAt(
    points.map(({ parameters }) => designVector(space, parameters)),
    0,
  );
  if (posterior === null) return null;

  let best = 0;
  posterior.means.forEach((mean, i) => {
    if (mean > (posterior.means[best] as number)) best = i;
  });
  const winner = points[best];
  if (winner === undefined) return null;
  const { mean, interval90 } = predictValue(
    surrogate,
    posterior.means[best] as number,
    posterior.variances[best] as number,
  );
  return { parameters: winner.parameters, value: mean, interval90, observed: winner.observed };
}
