import type { Study } from "@labloop/contracts";
import type { TrialReadings } from "./read-trials.ts";

/**
 * Returns the trials that the model may hold for the best though nothing read there says so: where one objective has no desirability,
 * those known only to be worse than a bound, or better than a bound that an exact reading beats. None without an exact reading, and of
 * several objectives, where a design may be on the front for the sake of another.
 */
export function unprovenTrials(
  { objectives }: Pick<Study, "objectives">,
  quantities: TrialReadings["quantities"],
): ReadonlySet<number> {
  const [objective] = objectives;
  if (objective === undefined || objectives.length > 1 || objective.desirability !== undefined) return new Set();
  const { exact, censored } = quantities.get(objective.name) ?? { exact: [], censored: [] };
  if (exact.length === 0) return new Set();
  const sign = objective.goal === "minimise" ? -1 : 1;
  const best = exact.reduce((most, { value }) => Math.max(most, sign * value), Number.NEGATIVE_INFINITY);
  const better = sign > 0 ? "above" : "below";
  const isProven = ({ side, bound }: (typeof censored)[number]) => side === better && sign * bound >= best;
  return new Set(censored.filter((own) => !isProven(own)).map(({ trial }) => trial));
}
