import type { CampaignView } from "./view.ts";

/**
 * Returns whether a campaign has bounds on what it measures and no measured design that is believed to keep them; false while nothing has been
 * judged.
 */
export function keepsNone({
  objective,
  best,
  front = [],
  judged = 0,
  outcomeConstraints,
}: Pick<CampaignView, "objective" | "best" | "front" | "judged" | "outcomeConstraints">): boolean {
  if (outcomeConstraints === undefined || judged === 0) return false;
  return objective === null ? front.length === 0 : best === null;
}
