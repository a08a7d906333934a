import type { Ids, OperatorCommand, PhotoShelf, Receipt } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import { onRestore } from "./decide/on-doubt-answer.ts";
import { onOperator } from "./decide/on-operator.ts";
import { whyNoPhoto } from "./decide/why-no-photo.ts";
import { fold } from "./fold/fold.ts";
import { createFolding } from "./fold/folding.ts";
import type { EngineState, Moment } from "./state.ts";

/** What a person can say while no engine runs: what it leads to is done by the next one that opens this journal. */
export type AnswerAtRest = Extract<
  OperatorCommand,
  {
    type:
      | "step.answer"
      | "campaign.resume"
      | "doubt.resolve"
      | "device.release"
      | "device.calibrated"
      | "device.maintained"
      | "restore.confirm";
  }
>;

/**
 * Decides on an answer as a running engine would, and records it in a journal that no engine has open. Nothing else is
 * decided: no device hears of it before an engine runs.
 */
export function answerAtRest(
  journal: Journal,
  command: AnswerAtRest,
  at: Moment,
  ids: Ids,
  photos: Pick<PhotoShelf, "has">,
): Receipt {
  const missing = whyNoPhoto(command, photos);
  if (missing !== null) return { ok: false, reason: missing };
  const folding = createFolding();
  for (const record of journal.read()) folding.take(record);
  let { state } = folding;
  const answer = decide(state, command, journal, ids);
  if ("refused" in answer) return { ok: false, reason: answer.refused };
  // What cannot be folded was not written by this engine, and must not be recorded.
  for (const event of answer.events) state = fold(state, event, at).state;
  const [record] = journal.append(answer.events, at);
  return { ok: true, seq: record?.seq ?? journal.head().seq };
}

function decide(state: EngineState, command: AnswerAtRest, journal: Journal, ids: Ids): ReturnType<typeof onOperator> {
  if (command.type !== "restore.confirm") return onOperator(state, command, ids);
  const answer = onRestore(state, command);
  if ("refused" in answer) return answer;
  const { by, reason } = command;
  const epoch = journal.lease.newEpoch(answer.least);
  return { events: [{ type: "engine.restoreConfirmed", epoch, by, reason }] };
}
