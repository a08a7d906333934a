import type { AheadQuestion, Study } from "@labloop/contracts";
import { explainAhead } from "../explanation/explain-ahead.ts";
import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { lookAheadFront } from "../stopping/look-ahead-front.ts";
import type { Chances } from "./chances.ts";
import type { Answer } from "./design-request.ts";
import { openFrontOutlook } from "./open-front-outlook.ts";
import { sharedRows } from "./shared-rows.ts";
import { withAspect } from "./with-aspect.ts";
import { keyOf } from "../space/key-of.ts";

/** What is known of a front. */
interface KnownFront {
  readonly study: Study;
  /** One per objective; null with too few readings. */
  readonly models: readonly Model[] | null;
  readonly chances: Chances | null;
  /** Encoded places of measured designs that may be recommended; null where all may. */
  readonly admitted: ReadonlySet<string> | null;
  /** Encoded designs that were not measured. */
  readonly candidates: readonly Float64Array[];
}

// As of one objective: before it nobody knows how far readings go.
const FEWEST_TOLD = 5;

/**
 * Returns an answer that also tells how a campaign would widen its front: null with fewer than five designs read in every objective, or none
 * of them that keeps its bounds and is above the reference.
 */
export function tellFrontAhead(
  answer: Answer,
  { study, models, chances, admitted, candidates }: KnownFront,
  question: Required<AheadQuestion>,
  random: Random,
): Answer {
  const shared = models === null ? [] : sharedRows(models as [Model, ...Model[]]);
  const rows = shared.filter(({ place }) => (admitted?.has(keyOf(place)) ?? true) && (chances?.keeps(place) ?? true));
  if (models === null || rows.length === 0 || shared.length < FEWEST_TOLD) return { ...answer, ahead: null };
  const look = lookAheadFront(openFrontOutlook(study, models, rows, candidates, chances, random), question, random);
  if (look === null) return { ...answer, ahead: null };
  const aspect = { aspect: "ahead", objective: null, ...explainAhead(look, "1") } as const;
  return { ...withAspect(answer, aspect), ahead: look };
}
