import type { Model } from "../model/fit-model.ts";
import { paretoFront } from "../pareto/pareto-front.ts";

/**
 * Returns those of the measured rows that no other is believed to be nowhere worse than and somewhere better, one model per
 * quantity, larger being better. What is believed of a row is the members' weighted mean.
 */
export function frontRows(models: readonly Model[], rows: readonly number[]): number[] {
  const outcomes = rows.map((row) =>
    models.map(({ members, weights }) =>
      members.reduce(
        (sum, member, m) => sum + (weights[m] as number) * member.restore(member.measured.means[row] as number),
        0,
      ),
    ),
  );
  return paretoFront(outcomes).map((index) => rows[index] as number);
}
