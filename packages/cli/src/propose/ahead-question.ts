import type { AheadQuestion, Study, Trial } from "@labloop/contracts";

const EXPERIMENTS = 10;
/** A front of more is searched by random weighings, and has no hypervolume to tell of. */
const MOST_OBJECTIVES = 4;
const CONFIDENCE = 0.95;
/** A gain that is worth ten experiments: of what was read between the worst and the best, or of a front's hypervolume. */
const SHARE = 0.05;

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
  const range =
    read.reduce((most, own) => Math.max(most, own), Number.NEGATIVE_INFINITY) -
    read.reduce((least, own) => Math.min(least, own), Number.POSITIVE_INFINITY);
  if (!(range > 0 && range < Number.POSITIVE_INFINITY)) return undefined;
  return { experiments: EXPERIMENTS, gain: Number((SHARE * range).toPrecision(2)), confidence: CONFIDENCE };
}
