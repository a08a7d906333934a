import type { Design, ExplanationAspect } from "@labloop/contracts";
import { exploitedShare } from "../explanation/explain-split.ts";
import type { Model } from "../model/fit-model.ts";
import type { Space } from "../space/space.ts";
import type { Chances } from "./chances.ts";
import type { Choice } from "./choose-design.ts";
import { believedAt, negate } from "./describe-model.ts";
import type { DesignProposal, Known } from "./design-request.ts";
import { explainChoice, type Measured } from "./explain-choice.ts";
import type { SpreadRival } from "./find-rival.ts";
import { measuredAgain } from "./measured-again.ts";
import type { DesignField } from "./open-field.ts";
import { leadingMember } from "./rival.ts";

/** What picks for one objective are told from. */
export interface SingleStory {
  readonly space: Space;
  readonly known: Known;
  /** What was picked from, with what was added to it. */
  readonly field: DesignField;
  /** Null without readings. */
  readonly model: Model | null;
  /** Rows of the model's readings that count as achieved. */
  readonly leaders: readonly number[];
  readonly chances: Chances | null;
  readonly measured: readonly Measured[];
  /** Returns whether nothing that was read of a design, by its key, is believed. */
  readonly isDoubted: (key: string) => boolean;
  /** What is told of every proposal. */
  readonly general: readonly ExplanationAspect[];
}

const RULES: Record<Choice["rule"], string> = {
  "expected-improvement": "greatest expected improvement",
  "posterior-draw": "best of a draw from the model",
  feasibility: "nothing measured keeps its bounds yet; the likeliest to",
  confirmation: "measured again, since it would be the best and the other readings do not explain what was read there",
  "knowledge-gradient":
    "measured again, since what is recommended in the end should be what it seems; its reading tells most",
};

const SAYS_AGAIN: ReadonlySet<Choice["rule"]> = new Set(["confirmation", "knowledge-gradient"]);

/** Returns the proposal of a picked candidate of one objective: what is expected there, in the objective's unit, and why it was picked; `choice` is null for one without a model. */
export function tellPick(index: number, choice: Choice | null, story: SingleStory): DesignProposal {
  const { space, known, field, model, leaders, chances, measured, isDoubted, general } = story;
  const [objective] = space.study.objectives;
  const key = field.keys[index] as string;
  const design = field.designs[index] as Design;
  const replicate = known.tried.has(key);
  const again = replicate ? measuredAgain(isDoubted(key)) : "";
  if (model === null || choice === null) {
    return {
      design,
      predicted: null,
      acquisition: { name: "random-start", value: null },
      why: `${again}one of the first designs, drawn at random from ${field.designs.length}: there is too little to learn from yet`,
      explanation: general,
      replicate,
    };
  }
  const features = field.features[index] as Float64Array;
  const expected = believedAt(model, features);
  const among =
    choice.rule === "confirmation" ? "" : ` among ${choice.compared} design${choice.compared === 1 ? "" : "s"}`;
  const rule = RULES[choice.rule] + among;
  const explained = explainChoice([model], space, measured, {
    features,
    exploit: leaders.length === 0 || SAYS_AGAIN.has(choice.rule) ? null : exploitOf(model, leaders, features),
    score: choice.value,
    runnerUp: choice.rival === null ? null : runnerUpOf(choice.rival),
    chance: chances === null ? null : { ...chances, log: chances.logTold(features) },
    cost: known.costOf === null ? null : { value: known.costOf(design), unit: space.study.cost?.unit ?? "" },
  });
  return {
    design,
    predicted: { [objective?.name ?? ""]: objective?.goal === "minimise" ? negate(expected) : expected },
    acquisition: { name: choice.rule, value: Math.max(choice.value, -Number.MAX_VALUE) },
    why: SAYS_AGAIN.has(choice.rule) ? rule : again + rule,
    explanation: [...explained, ...general],
    replicate,
  };

  function runnerUpOf({ index, scoreAt, spread }: SpreadRival) {
    const amount = { sd: spread, unit: objective?.unit ?? "" };
    return { design: field.designs[index] as Design, amount, gainAt: scoreAt };
  }
}

/** The exploited share as the member of most weight sees it. */
function exploitOf(model: Model, leaders: readonly number[], features: Float64Array): number {
  const member = leadingMember(model);
  const { means, variances } = member.predict(features);
  const incumbent = leaders.reduce(
    (most, row) => Math.max(most, member.measured.means[row] as number),
    Number.NEGATIVE_INFINITY,
  );
  return exploitedShare(means[0] as number, Math.sqrt(variances[0] as number), incumbent);
}
