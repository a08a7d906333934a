import type { AheadQuestion, Study, Trial } from "@labloop/contracts";

const EXPERIMENTS = 10;
/** A front of more is searched by random weighings, and has no hypervolume to tell of. */
const MOST_OBJECTIVES = 4;
const CONFIDENCE = 0.95;
/** A gain that is worth ten experiments: of what was read between the worst and the best, or of a front's hypervolume. */
const SHARE = 0.05;
/** In spans of the middle half: the range of normal readings, of thousands too, is no more than so many, and one slip is. */
const WIDEST = 6;

/**
 * Returns what a person would ask of how a campaign goes on; undefined where it is not told: of a desirability, of more than four objectives, and of
 * one before two readings that differ.
 */
export function aheadQuestionOf({ objectives }: Study, trials: readonly Trial[]): Required<AheadQuestion> | undefined {
  const [objective] = objectives;
  if (objective === undefined || objectives.length > MOST_OBJECTIVES) return undefined;
  if (objectives.some(({ desirability }) => desirability !== undefined)) return undefined;
  if (objectives.length > 1) return { experiments: EXPERIMENTS, gain: SHARE, confidence: CONFIDENCE };
  const read = trials.flatMap(({ outcome, task }) => {
    const own = outcome.status === "measured" && task === undefined ? outcome.values[objective.name] : undefined;
    const value = typeof own === "object" && "value" in own ? own.value : own;
    return typeof value === "number" ? [value] : [];
  });
  const range = rangeOf(read);
  if (!(range > 0 && range < Number.POSITIVE_INFINITY)) return undefined;
  return { experiments: EXPERIMENTS, gain: Number((SHARE * range).toPrecision(2)), confidence: CONFIDENCE };
}

/** From the worst to the best, or as far as readings without a slip would go. */
function rangeOf(read: readonly number[]): number {
  const sorted = read.toSorted((a, b) => a - b);
  const between = (low: number, high: number) => {
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
    return at(high) - at(low);
  };
  const middle = between(0.25, 0.75);
  return middle > 0 ? Math.min(between(0, 1), WIDEST * middle) : between(0, 1);
}
