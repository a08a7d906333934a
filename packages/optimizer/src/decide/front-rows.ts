import type { Model } from "../model/fit-model.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { SharedRow } from "./shared-rows.ts";

/**
 * Returns those of the measured rows that no other is believed to be nowhere worse than and somewhere better, one model per
 * quantity, larger being better. What is believed of a row is the members' weighted mean.
 */
export function frontRows(models: readonly Model[], rows: readonly SharedRow[]): SharedRow[] {
  const outcomes = rows.map((row) => models.map((model, j) => believedValue(model, row.rows[j] as number)));
  return paretoFront(outcomes).map((index) => rows[index] as SharedRow);
}

/** Returns the members' weighted mean of what they believe of a row of the pooled readings, in the unit of the readings. */
export function believedValue({ members, weights }: Model, row: number): number {
  return members.reduce((sum, member, m) => {
    const mean = member.measured.means[row] as number;
    return sum + (weights[m] as number) * member.restore(mean);
  }, 0);
}
