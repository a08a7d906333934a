import type { AheadQuestion, Study } from "@labloop/contracts";
import { explainAhead } from "../explanation/explain-ahead.ts";
import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";
import { lookAhead } from "../stopping/look-ahead.ts";
import { poolChances } from "../stopping/pool-chances.ts";
import { recordChance } from "../stopping/record-chance.ts";
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
  /** Designs tried that the model has no reading of: they could not be made, or are too many to learn from. */
  readonly unread: number;
}

// Of fewer designs nobody knows how far readings go: two that are alike would make all that is left look small.
const FEWEST_TOLD = 5;
// Of fewer than three that may lead nobody knows how far they lie apart.
const FEWEST_LEADERS = 3;

/**
 * Returns an answer that also tells how a campaign of one objective would go on: null with fewer than five measured designs, or none to be recommended.
 *
 * In every lab that is drawn the model is right, and where it is not it promises far too much. So the chance of a gain is what the model and the record of the readings
 * say together, each with half a say (decision 73).
 */
export function tellAhead(
  answer: Answer,
  known: KnownObjective,
  question: Required<AheadQuestion>,
  random: Random,
): Answer {
  const { study, model, leaders, chances, candidates } = known;
  const [member] = model?.members ?? [];
  const told = member?.readings.count ?? 0;
  if (model === null || member === undefined || leaders.length === 0 || told < FEWEST_TOLD) {
    return { ...answer, ahead: null };
  }
  const believed = lookAhead(openOutlook(model, leaders, candidates, chances), question, random);
  const record = recordOf(member, known, question);
  const look = record === null ? believed : { ...believed, chance: poolChances(believed.chance, record) };
  const [objective] = study.objectives;
  const story = explainAhead(look, objective?.unit ?? "1");
  const aspect = { aspect: "ahead", objective: objective?.name ?? "", ...story } as const;
  return { ...withAspect(answer, aspect), ahead: look };
}

/** The probability of a gain by the record of the readings alone; null where they say nothing. */
function recordOf(
  member: Member,
  { leaders, candidates, unread }: KnownObjective,
  { experiments, gain }: Required<AheadQuestion>,
): number | null {
  const read = Array.from(member.readings.means, (mean) => member.restore(mean));
  const values = leaders.length < FEWEST_LEADERS ? read : leaders.map((row) => read[row] as number);
  return recordChance(values, read.length + unread, Math.min(experiments, candidates.length), gain);
}
