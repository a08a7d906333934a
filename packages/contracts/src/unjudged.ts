import type { CampaignView } from "./view.ts";

interface Measured {
  /** Null for one that failed. */
  readonly values: object | null;
  /** Set where it is not known how the design was carried out. */
  readonly asRequested?: true | undefined;
}

/** Returns whether an experiment teaches a model: it gave values, of a design that is known. */
export function teaches({ values, asRequested }: Measured): boolean {
  return values !== null && asRequested === undefined;
}

/**
 * Returns how many experiments have taught something that the best, or the front, of a campaign does not rest on yet: those since the last
 * proposal. Where nothing says how many it rests on, it rests on all.
 */
export function unjudgedCount(
  experiments: readonly Measured[],
  { judged = Number.POSITIVE_INFINITY }: Pick<CampaignView, "judged">,
): number {
  return Math.max(0, experiments.filter(teaches).length - judged);
}
