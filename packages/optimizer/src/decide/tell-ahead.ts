import type { AheadQuestion, Study } from "@labloop/contracts";
import { explainAhead } from "../explanation/explain-ahead.ts";
import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { lookAhead } from "../stopping/look-ahead.ts";
import type { Chances } from "./chances.ts";
import type { Answer } from "./design-request.ts";
import { openOutlook } from "./open-outlook.ts";
import { withAspect } from "./with-aspect.ts";

/** What is known of one objective. */
interface KnownObjective {
  readonly study: Study;
  /** Null without readings. */
  readonly model: Model | null;
  /** Rows of the model's readings that count as achieved. */
  readonly leaders: readonly number[];
  readonly chances: Chances | null;
  /** Encoded designs that were not measured. */
  readonly candidates: readonly Float64Array[];
}

// Of fewer designs nobody knows how far readings go: two that are alike would make all that is left look small.
const FEWEST_TOLD = 5;

/** Returns an answer that also tells how a campaign of one objective would go on: null with fewer than five measured designs, or none to be recommended. */
export function tellAhead(
  answer: Answer,
  { study, model, leaders, chances, candidates }: KnownObjective,
  question: Required<AheadQuestion>,
  random: Random,
): Answer {
  const told = model?.members[0]?.readings.count ?? 0;
  if (model === null || leaders.length === 0 || told < FEWEST_TOLD) return { ...answer, ahead: null };
  const look = lookAhead(openOutlook(model, leaders, candidates, chances), question, random);
  const [objective] = study.objectives;
  const story = explainAhead(look, objective?.unit ?? "1");
  const aspect = { aspect: "ahead", objective: objective?.name ?? "", ...story } as const;
  return { ...withAspect(answer, aspect), ahead: look };
}
