import type { Model } from "../model/fit-model.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { SharedRow } from "./shared-rows.ts";

/**
 * Returns those of the measured rows that no other is believed to be nowhere worse than and somewhere better, one model per
 * quantity, larger being better. What is believed of a row is the members' weighted mean.
 */
export function frontRows(models: readonly Model[], rows: readonly SharedRow[]): SharedRow[] {
  const outcomes = rows.map(({ rows: own }) =>
    models.map(({ members, weights }, j) =>
      members.reduce((sum, member, m) => {
        const mean = member.measured.means[own[j] as number] as number;
        return sum + (weights[m] as number) * member.restore(mean);
      }, 0),
    ),
  );
  return paretoFront(outcomes).map((index) => rows[index] as SharedRow);
}
