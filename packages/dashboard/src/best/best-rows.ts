import type { ExperimentView, Objective, RandomBand } from "@labloop/contracts";
import { teaches } from "@labloop/contracts/unjudged";

/** What is known at one number of experiments; the chart draws these and the table lists them. */
export interface BestRow {
  /** Experiments so far. */
  readonly number: number;
  /** What this one measured; null when it failed or is still to come. */
  readonly measured: number | null;
  readonly isFailed: boolean;
  /** The best design's posterior mean and 90 % interval as known then; null before the first model. */
  readonly best: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** What random search has found by then, at three quantiles. */
  readonly random: { readonly low: number; readonly median: number; readonly high: number } | null;
}

/** Where the campaign's best stands now. */
export interface BestNow {
  readonly value: number;
  readonly interval90: readonly [number, number];
}

/**
 * Returns a row for each number of experiments from 1 to `budget`, or on to the last experiment if there were more. A best
 * that an experiment's row does not tell stands as it stood before; `now` rests on the first `judged` experiments that taught something, and
 * nothing is said of the best after those that came later.
 */
export function bestRows(options: {
  readonly experiments: readonly ExperimentView[];
  readonly objective: Objective;
  readonly band: RandomBand | null;
  readonly budget: number;
  readonly now: BestNow | null;
  readonly judged: number | undefined;
}): BestRow[] {
  const { experiments, objective, band, budget, now, judged = Number.POSITIVE_INFINITY } = options;
  const byNumber = new Map(experiments.map((row) => [row.number, row]));
  const last = Math.max(0, ...byNumber.keys());
  const unjudged = experiments.filter(teaches)[judged];
  const lastJudged = unjudged === undefined ? last : unjudged.number - 1;
  const random = new Map(
    band?.experiments.flatMap((number, at) => {
      const [low, median, high] = [band.low[at], band.median[at], band.high[at]];
      return low === undefined || median === undefined || high === undefined ? [] : [[number, { low, median, high }]];
    }),
  );
  let best: BestNow | null = null;
  return Array.from({ length: Math.max(budget, last) }, (_, at): BestRow => {
    const number = at + 1;
    const row = byNumber.get(number);
    best = number === lastJudged && now !== null ? now : (row?.bestThen ?? best);
    const shown = number <= lastJudged ? best : null;
    return {
      number,
      measured: row?.values?.[objective.name]?.value ?? null,
      isFailed: row !== undefined && row.values === null,
      best: shown?.value ?? null,
      low: shown?.interval90[0] ?? null,
      high: shown?.interval90[1] ?? null,
      random: random.get(number) ?? null,
    };
  });
}
