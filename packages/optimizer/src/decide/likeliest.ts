import type { Random } from "../random/create-random.ts";
import type { CandidateChances } from "./candidate-chances.ts";
import { climb, type Found, type Near } from "./climb.ts";
import { firstOf } from "./first-of.ts";
import { greatest } from "./front-choice.ts";
import { logHope } from "./log-hope.ts";
import { sampleOf } from "./sample-of.ts";

/** Candidates while nothing measured keeps its bounds. */
export interface UnkeptField {
  /** All of them, encoded. */
  readonly candidates: readonly Float64Array[];
  /** Indices of those that may be picked, at least one. */
  readonly open: readonly number[];
  /** Encoded designs that were measured, are being measured or were picked. */
  readonly known: readonly Float64Array[];
  readonly chances: CandidateChances;
  /** Returns ln of what a candidate costs; null where they cost the same. */
  readonly logCostOf: ((index: number) => number) | null;
  /** Null where there are no others than the candidates, and none is a copy of another. */
  readonly near: Near | null;
}

// Of many readings, where a prediction is dear: of the candidates, and of those in one round of a climb.
const CLOSELY = { candidates: 64, beside: 12 } as const;

/**
 * Returns the candidate of the greatest chance to be of use, over its cost; of a free space, of what is hoped of it, no copy of a known one.
 * Where a look costs much more than a glance, those that a glance finds likeliest are looked at. Of equals in a list any is returned.
 */
export function likeliest(field: UnkeptField, random: Random): Found {
  const { candidates, known, chances, logCostOf, near } = field;
  // Of equals the first is found, and what a list is sorted by says nothing of what a design is worth.
  const open = near === null ? sampleOf(field.open, field.open.length, random) : field.open;
  const scoresBy = (logs: Float64Array, indices: readonly number[], most: number) =>
    logs.map((own, i) => {
      const index = indices[i] as number;
      const hope = near === null ? own : logHope(own, most, candidates[index] as Float64Array, known);
      return hope - (logCostOf?.(index) ?? 0);
    });
  const mostOf = (logs: Float64Array) => logs.reduce((sum, own) => Math.max(sum, own), Number.NEGATIVE_INFINITY);
  const closely = (indices: readonly number[], most: number | null, count: number) => {
    if (!chances.isDear) return indices;
    const rough = chances.roughAt(indices);
    const scores = scoresBy(rough, indices, most ?? mostOf(rough));
    return firstOf(scores, count).map((i) => indices[i] as number);
  };
  const some = closely(open, null, CLOSELY.candidates);
  const logs = chances.logsAt(some);
  const most = mostOf(logs);
  const scores = scoresBy(logs, some, most);
  const at = greatest(scores);
  const there = { index: some[at] as number, value: scores[at] as number, compared: open.length };
  if (near === null) return there;
  return climb(there, near, (fresh) => {
    const hopeful = new Set(closely(fresh, most, CLOSELY.beside));
    const looked = fresh.filter((index) => hopeful.has(index));
    const found = scoresBy(chances.logsAt(looked), looked, most);
    const scoreOf = new Map(looked.map((index, i) => [index, found[i] as number]));
    return fresh.map((index) => scoreOf.get(index) ?? Number.NEGATIVE_INFINITY);
  });
}
