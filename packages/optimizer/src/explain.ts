import type { Point, Prediction, ProposeRequest, SearchSpace } from "@labloop/contracts";
import { readable } from "./readable.ts";
import { designVector, pointKey, vectorDistance } from "./search-space/design-vectors.ts";

/** Returns the sentence that explains a space-filling point; `distance` is in the unit cube. */
export function explainFilling(space: SearchSpace, taken: number, distance: number): string {
  const dimensions = space.parameters.length;
  if (taken === 0) return "first point of the space-filling start: nothing is measured yet, so it is drawn at random";
  return `space filling: only ${taken} points are measured or pending, too few to model ${dimensions} parameters; the nearest of them is ${readable(distance)} of a full range away`;
}

/** Returns the sentence that explains a point chosen for its expected improvement over `incumbent`. */
export function explainImprovement(
  request: ProposeRequest,
  parameters: Point,
  predicted: Prediction,
  incumbent: number,
  measuredBefore: boolean,
): string {
  const { unit, goal } = request.objective;
  const expected = `expected ${readable(predicted.mean)}${suffix(unit)} ± ${readable(predicted.sd)}`;
  const gain = goal === "maximise" ? predicted.mean - incumbent : incumbent - predicted.mean;
  const compared = `${readable(Math.abs(gain))} ${gain >= 0 ? "better" : "worse"} than the best so far`;
  if (measuredBefore)
    return `${expected}, ${compared}; measured again, because more certainty here is worth more than a new point`;
  return `${expected}, ${compared}; nearest measured point ${nearestMeasured(request, parameters)}`;
}

function nearestMeasured({ space, measurements }: ProposeRequest, parameters: Point): string {
  const here = designVector(space, parameters);
  let nearest: { point: Point; distance: number; key: string } | undefined;
  for (const { parameters: point } of measurements) {
    const distance = vectorDistance(here, designVector(space, point));
    const key = pointKey(space, point);
    const closer =
      nearest === undefined || distance < nearest.distance || (distance === nearest.distance && key < nearest.key);
    if (closer) nearest = { point, distance, key };
  }
  return space.parameters
    .map(({ name, unit }) => `${name} ${readable(nearest?.point[name] ?? Number.NaN)}${suffix(unit)}`)
    .join(", ");
}

/** A count has the unit 1, which nobody says. */
function suffix(unit: string): string {
  return unit === "" || unit === "1" ? "" : ` ${unit}`;
}
