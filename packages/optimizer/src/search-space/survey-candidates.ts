import type { Point, ProposeRequest } from "@labloop/contracts";
import { compareVectors, designVector, pointKey } from "./design-vectors.ts";

/** The candidates of a request and what is known of each; all lists of indices rise. */
export interface Survey {
  /** One design vector per candidate. */
  readonly vectors: readonly Float64Array[];
  /** Distinct measured and pending points, whether candidates or not, independent of the order of the request. */
  readonly measured: readonly Float64Array[];
  readonly pending: readonly Float64Array[];
  /** Candidates that are not pending. */
  readonly open: readonly number[];
  /** Open candidates that are not measured. */
  readonly untried: readonly number[];
  /** Open candidates that are measured. */
  readonly tried: readonly number[];
}

/** Returns the candidates sorted by what has happened to them; pending candidates are in none of the index lists. */
export function surveyCandidates({ space, candidates, measurements, pending }: ProposeRequest): Survey {
  const vectorsByKey = (points: readonly Point[]) =>
    new Map(points.map((point) => [pointKey(space, point), designVector(space, point)]));
  const measured = vectorsByKey(measurements.map(({ parameters }) => parameters));
  const waiting = vectorsByKey(pending);
  const keys = candidates.map((point) => pointKey(space, point));
  const open = keys.flatMap((key, index) => (waiting.has(key) ? [] : [index]));
  return {
    vectors: candidates.map((point) => designVector(space, point)),
    measured: [...measured.values()].sort(compareVectors),
    pending: [...waiting.values()].sort(compareVectors),
    open,
    untried: open.filter((index) => !measured.has(keys[index] as string)),
    tried: open.filter((index) => measured.has(keys[index] as string)),
  };
}
