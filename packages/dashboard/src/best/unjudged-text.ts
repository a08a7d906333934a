import { unjudgedCount } from "@labloop/contracts/unjudged";
import type { CampaignView, ExperimentView } from "../feed/watched.ts";
import type { Format } from "../i18n/format.ts";

/** Returns how many results the best, or the front, does not rest on, as a sentence; empty where there is none yet, or where it rests on all. */
export function unjudgedText(
  campaign: CampaignView,
  experiments: readonly ExperimentView[],
  { say, count }: Format,
): string {
  const { phase, judged } = campaign;
  const unjudged = judged === 0 ? 0 : unjudgedCount(experiments, campaign);
  if (unjudged === 0) return "";
  return phase === "aborted"
    ? say.best.neverJudged(unjudged, count(unjudged))
    : say.best.unjudged(unjudged, count(unjudged));
}
