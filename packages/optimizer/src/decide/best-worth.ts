import { outcomesOf } from "../acquisition/sampled-outcomes.ts";
import type { Member } from "../model/member.ts";
import { createRandom } from "../random/create-random.ts";
import type { QuantityView } from "./outcome-beliefs.ts";
import { sampleOutcomes } from "./sample-outcomes.ts";
import { widening } from "./widening.ts";
import type { SharedRow } from "./shared-rows.ts";

/** A measured design and what is believed of its worth. */
export interface BestWorth {
  readonly row: SharedRow;
  /** Mean worth. */
  readonly value: number;
  /** From the 5 % to the 95 % quantile of beliefs that are as wide as intervals are told, as far as the mean at least. */
  readonly interval90: readonly [number, number];
}

const SAMPLES = 256;

/**
 * Returns, of the measured designs of `rows`, at least one, that of the greatest mean worth; ties go to the first. The draws are the
 * same at every call, so that what is recommended changes with the readings alone.
 */
export function bestWorth(
  views: readonly QuantityView[],
  rows: readonly SharedRow[],
  worth: (outcome: ArrayLike<number>) => number,
): BestWorth {
  const worthsOf = (some: readonly SharedRow[], wider?: (member: Member) => number) => {
    const sampled = sampleOutcomes(views, some, SAMPLES, createRandom(0), wider);
    const worths = some.map(() => new Float64Array(SAMPLES));
    for (let s = 0; s < SAMPLES; s++) {
      outcomesOf(sampled, s).forEach((outcome, i) => {
        (worths[i] as Float64Array)[s] = worth(outcome);
      });
    }
    return worths;
  };
  const means = worthsOf(rows).map((own) => own.reduce((sum, value) => sum + value, 0) / SAMPLES);
  const best = means.reduce((most, mean, i) => (mean > (means[most] as number) ? i : most), 0);
  // As wide as the intervals of single quantities, by which it is not chosen.
  const [told] = worthsOf([rows[best] as SharedRow], widening) as [Float64Array];
  const sorted = told.toSorted();
  const quantile = (share: number) => sorted[Math.floor(share * (SAMPLES - 1))] as number;
  const value = means[best] as number;
  // Of a worth that hardly any draw has the mean lies beyond both quantiles.
  const interval90 = [Math.min(value, quantile(0.05)), Math.max(value, quantile(0.95))] as const;
  return { row: rows[best] as SharedRow, value, interval90 };
}
