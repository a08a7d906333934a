import type { Chances } from "./chances.ts";

/** How likely the candidates of a decision are to be of use, worked out no further than its comparisons need. */
export interface CandidateChances {
  /** Whether designs that could not be made speak in the chances. */
  readonly failed: boolean;
  /** Whether a closer look costs much more than a glance. */
  readonly isDear: boolean;
  /** Returns ln of the chance of one candidate. */
  logAt(index: number): number;
  /** Returns ln of the chance of each of several. */
  logsAt(indices: readonly number[]): Float64Array;
  /** Returns ln of the chance of each of several, where a look is dear by a glance. */
  roughAt(indices: readonly number[]): Float64Array;
  /** Works out what `logAt` tells, of several at less cost than one by one. */
  learn(indices: readonly number[]): void;
  /** Returns a number that `logAt` does not exceed. */
  ceilingAt(index: number): number;
  /** Works out what `ceilingAt` tells, of several at less cost than one by one. */
  glance(indices: readonly number[]): void;
  /** Returns whether `learn` has nothing to do for a candidate. */
  isKnown(index: number): boolean;
  /** Returns the chances once more is believed; the present ones stay what they are where they were worked out. */
  believed(): CandidateChances;
}

/** Returns the chances of encoded candidates, to which others may be added. */
export function candidateChances(chances: Chances, candidates: readonly Float64Array[]): CandidateChances {
  return openChances(chances, candidates, new Map());
}

/** `ceilings` are those worked out before, which hold whatever is believed since. */
function openChances(
  chances: Chances,
  candidates: readonly Float64Array[],
  ceilings: Map<number, number>,
): CandidateChances {
  const logs = new Map<number, number>();
  const placesOf = (indices: readonly number[]) => indices.map((index) => candidates[index] as Float64Array);
  const complete = (
    known: Map<number, number>,
    indices: readonly number[],
    of: (features: Float64Array[]) => Float64Array,
  ) => {
    const missing = indices.filter((index) => !known.has(index));
    if (missing.length === 0) return;
    const found = of(placesOf(missing));
    missing.forEach((index, i) => known.set(index, found[i] as number));
  };
  const rough = new Map<number, number>();
  const told = (known: Map<number, number>, indices: readonly number[]) =>
    Float64Array.from(indices, (index) => known.get(index) as number);
  const learn = (indices: readonly number[]) => complete(logs, indices, (features) => chances.logAt(features));
  const logsAt = (indices: readonly number[]) => {
    learn(indices);
    return told(logs, indices);
  };
  // What a closer look costs no more for is looked at closely.
  const glance = chances.isDear
    ? (indices: readonly number[]) => complete(ceilings, indices, (features) => chances.ceilingsAt(features))
    : learn;
  return {
    failed: chances.failed,
    isDear: chances.isDear,
    logAt(index) {
      if (!logs.has(index)) learn([index]);
      return logs.get(index) as number;
    },
    logsAt,
    roughAt(indices) {
      if (!chances.isDear) return logsAt(indices);
      complete(rough, indices, (features) => chances.logAt(features, true));
      return told(rough, indices);
    },
    ceilingAt(index) {
      const known = chances.isDear ? ceilings : logs;
      if (!known.has(index)) glance([index]);
      return known.get(index) as number;
    },
    learn,
    glance,
    isKnown: (index) => logs.has(index),
    believed: () => openChances(chances, candidates, ceilings),
  };
}
