import type { Design, ExplanationAspect } from "@labloop/contracts";
import type { Model } from "../model/fit-model.ts";
import type { Space } from "../space/space.ts";
import type { Chances } from "./chances.ts";
import { believedAt } from "./describe-model.ts";
import type { DesignProposal, Known } from "./design-request.ts";
import { expectedOfEach } from "./expected-of-each.ts";
import { explainChoice, type Measured } from "./explain-choice.ts";
import type { FrontChoice } from "./front-choice.ts";
import { measuredAgain } from "./measured-again.ts";
import type { DesignField } from "./open-field.ts";
import type { ToldPick } from "./pick-front.ts";

/** What picks for several objectives are told from. */
export interface FrontStory {
  readonly space: Space;
  readonly known: Known;
  /** What was picked from, with what was added to it. */
  readonly field: DesignField;
  /** One per objective; null with too few readings. */
  readonly models: readonly Model[] | null;
  readonly chances: Chances | null;
  readonly measured: readonly Measured[];
  /** What is told of every proposal. */
  readonly general: readonly ExplanationAspect[];
}

const WHY: Record<FrontChoice["rule"], string> = {
  "hypervolume-improvement": "it is expected to widen the front most",
  "scalarised-improvement": "it is expected to gain most under one random weighing of the objectives",
  "desirability-improvement": "it is expected to gain most in desirability",
  feasibility: "nothing measured keeps its bounds yet, and it is the likeliest to",
  confirmation:
    "measured again, since it would be among the best and the other readings do not explain what was read there",
};

const WHY_NIL = "none is expected to gain anything, and it comes nearest to a gain";

/** Returns the proposal of a picked candidate of several objectives: what is expected there of each, in its unit, and why it was picked. */
export function tellFrontPick({ index, choice, isDoubted }: ToldPick, story: FrontStory): DesignProposal {
  const { space, known, field, models, chances, measured, general } = story;
  const design = field.designs[index] as Design;
  const replicate = known.tried.has(field.keys[index] as string);
  const again = replicate ? measuredAgain(isDoubted) : "";
  if (models === null || choice === null) {
    return {
      design,
      predicted: null,
      acquisition: { name: "random-start", value: null },
      why: `${again}one of the first designs, drawn at random: there is too little to learn from yet`,
      explanation: general,
      replicate,
    };
  }
  const features = field.features[index] as Float64Array;
  const { rule, value, compared, exploit, rival } = choice;
  const explained = explainChoice(models, space, measured, {
    features,
    exploit,
    score: value,
    runnerUp:
      rival === null ? null : { design: field.designs[rival.index] as Design, amount: null, gainAt: rival.scoreAt },
    chance: chances === null ? null : { ...chances, log: chances.logTold(features) },
    cost: known.costOf === null ? null : { value: known.costOf(design), unit: space.study.cost?.unit ?? "" },
  });
  const reason = exploit === null && rule !== "feasibility" ? WHY_NIL : WHY[rule];
  return {
    design,
    predicted: expectedOfEach(space.study, models, (model) => believedAt(model, features)),
    acquisition: { name: rule, value: Math.max(value, -Number.MAX_VALUE) },
    why:
      rule === "confirmation"
        ? WHY.confirmation
        : `${again}of ${compared} design${compared === 1 ? "" : "s"} compared, ${reason}`,
    explanation: [...explained, ...general],
    replicate,
  };
}
