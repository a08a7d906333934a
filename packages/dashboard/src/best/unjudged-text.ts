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
  if (phase === "aborted") return say.best.neverJudged(unjudged, count(unjudged));
  // What is being aborted is stopping as well, and judges nothing more.
  if (phase === "stopping") return say.best.notInThis(unjudged, count(unjudged));
  return say.best.unjudged(unjudged, count(unjudged));
}
