import type { Design } from "@labloop/contracts";
import { compareVectors } from "../model/compare-vectors.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { Random } from "../random/create-random.ts";
import type { Chances } from "./chances.ts";
import { sampleOf } from "./sample-of.ts";

/** What was measured; the lists are of the same readings in the same order. */
export interface MeasuredDesigns {
  readonly designs: readonly Design[];
  /** Equal where designs are. */
  readonly keys: readonly string[];
  readonly features: readonly Float64Array[];
  /** Null where nothing speaks against any design. */
  readonly chances: Chances | null;
}

const LEADERS = 3;

/**
 * Returns up to three measured designs to look around: of those that keep what they must the ones read highest, best first, equal ones in
 * the order of their places, whichever was told first; where none does, the likeliest to.
 */
export function fieldLeaders(values: readonly number[], measured: MeasuredDesigns): Design[] {
  const kept = rowsKept(measured);
  return topOf(kept.length > 0 ? kept : null, values, measured);
}

/**
 * Returns up to three measured designs to look around where several quantities are to be large, `outcomes` of each reading: of those
 * that keep what they must random ones that no other was read to beat, the same whichever was told first; where none does, the likeliest to.
 */
export function frontLeaders(
  outcomes: readonly (readonly number[])[],
  measured: MeasuredDesigns,
  random: Random,
): Design[] {
  const kept = rowsKept(measured);
  if (kept.length === 0) return topOf(null, [], measured);
  const front = paretoFront(kept.map((row) => outcomes[row] as readonly number[])).map((i) => kept[i] as number);
  // Which are drawn is not to depend on which was told first.
  const placeOf = (row: number) => measured.features[row] as Float64Array;
  const byPlace = front.toSorted((a, b) => compareVectors(placeOf(a), placeOf(b)));
  const byKey = new Map(byPlace.map((row) => [measured.keys[row], row]));
  return sampleOf([...byKey.values()], LEADERS, random).map((row) => measured.designs[row] as Design);
}

function rowsKept({ features, chances }: MeasuredDesigns): number[] {
  return features.flatMap((own, row) => (chances === null || chances.keeps(own) ? [row] : []));
}

function topOf(
  rows: readonly number[] | null,
  values: readonly number[],
  { designs, keys, features, chances }: MeasuredDesigns,
): Design[] {
  const worth = rows === null ? (chances?.logAt(features) ?? []) : values;
  const placeOf = (row: number) => features[row] as Float64Array;
  const order = (rows ?? [...features.keys()]).toSorted(
    (a, b) => (worth[b] as number) - (worth[a] as number) || compareVectors(placeOf(a), placeOf(b)),
  );
  const first = new Map<string | undefined, Design>();
  for (const row of order) {
    if (first.size === LEADERS) break;
    if (!first.has(keys[row])) first.set(keys[row], designs[row] as Design);
  }
  return [...first.values()];
}
