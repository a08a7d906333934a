import type { Model } from "../model/fit-model.ts";
import { judgeOf, unlikelyRows } from "../model/unlikely-readings.ts";

/** A reading that the others do not explain, though it is learned from. */
export interface Outlier {
  /** Its row in the pooled readings of the models. */
  readonly row: number;
  /** The reading and what the others foretell, in the unit of the readings, larger being better. */
  readonly value: number;
  readonly foretold: number;
  /** The probability, 0 to 1, that of so many readings any lies so far off by chance. */
  readonly chance: number;
}

// Of fewer readings what others foretell is a guess: of 8 random readings of shared pools one in ten would be told an outlier, of 12 to 60 one in ninety.
const FEWEST = 12;
// Sooner told than set aside.
const UNLIKELY = 1e-3;

/**
 * Returns, of the readings that a model learns from, the one that lies farthest from what the others foretell where chance would hardly have
 * put it there; null where there is none, or where readings are too few to tell.
 */
export function findOutlier(model: Model): Outlier | null {
  const judge = judgeOf(model);
  if (judge === null || judge.member.readings.count < FEWEST) return null;
  const { member } = judge;
  const [first, ...others] = unlikelyRows(judge, UNLIKELY);
  if (first === undefined) return null;
  const { row, foretold, chance } = others.reduce((most, own) => (own.deviate > most.deviate ? own : most), first);
  const read = member.restore(member.readings.means[row] as number);
  const told = member.restore(foretold);
  return Number.isFinite(read) && Number.isFinite(told) ? { row, value: read, foretold: told, chance } : null;
}
