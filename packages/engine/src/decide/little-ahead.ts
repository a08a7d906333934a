import type { AheadQuestion, ProposeAnswer } from "@labloop/contracts";
import { littleToGain, regretBound } from "@labloop/optimizer/stopping";
import type { Recipe } from "../recipe.ts";
import type { EngineState } from "../state.ts";

/** Returns what a proposer is asked of how the campaign would go on; undefined where its file stops by nothing of the kind. */
export function aheadQuestionOf({ checked }: Recipe): Required<AheadQuestion> | undefined {
  const { gain, regret } = checked.campaign.stop ?? {};
  if (gain === undefined && regret === undefined) return undefined;
  return {
    experiments: gain?.experiments ?? 10,
    gain: gain?.moreThan ?? 0,
    confidence: regret?.confidence ?? 0.95,
  };
}

/**
 * Returns why an answer says that the campaign has gained enough, as its file says under `stop`, in a sentence; null where it goes on. The
 * design of such an answer becomes no run.
 */
export function littleAhead({ ahead }: ProposeAnswer, { checked }: Recipe): string | null {
  const { gain, regret } = checked.campaign.stop ?? {};
  if (ahead === undefined) return null;
  const verdicts = [
    ...(gain === undefined ? [] : [littleToGain(ahead, gain.chance)]),
    ...(regret === undefined ? [] : [regretBound(ahead, regret.within)]),
  ];
  return verdicts.find(({ stop }) => stop)?.why ?? null;
}

/** What the newest answer said, where that was enough. */
interface LastLook {
  readonly why: string;
  /** Whether nothing has been observed since it was asked. */
  readonly isFresh: boolean;
}

/** Returns the newest answer's word that enough is gained; null where it said nothing of the kind. */
export function lastLook(state: EngineState, recipe: Recipe): LastLook | null {
  const last = [...state.proposals.values()].at(-1);
  const why = last === undefined || last.answer === null ? null : littleAhead(last.answer, recipe);
  return why === null ? null : { why, isFresh: last?.observations === state.observations.length };
}
