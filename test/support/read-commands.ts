import type { LabEventOf, RecordedEvent } from "@labloop/contracts";

type Intent = LabEventOf<"step.intended">;
type Ending = LabEventOf<"step.succeeded" | "step.failed" | "step.notExecuted">;
type Resolved = LabEventOf<"step.resolved">;

/** How a command was settled, by its device's word or by an answer to a doubt, and when in lab time. */
export interface Settled {
  readonly at: number;
  readonly as: "succeeded" | "failed" | "notExecuted" | "discarded";
  readonly isByAnswer: boolean;
}

/** One command as the journal tells it, put together without the engine's own fold. */
export interface ReadCommand extends Intent {
  readonly intendedAt: number;
  /** Lab time of the first word that it had started. */
  startedAt: number | null;
  doubts: number;
  overdue: number;
  /** Every settling fact, with its lab time; a sound journal has exactly one, or an answer. */
  readonly endings: { readonly at: number; readonly event: Ending }[];
  /** Every answer to a doubt about it, by a person, a policy or evidence. */
  readonly answers: { readonly at: number; readonly seq: number; readonly event: Resolved }[];
  /** How often its device has contradicted what was settled. */
  contradictions: number;
}

/** Returns the commands of a journal in the order of their intents. */
export function readCommands(events: readonly RecordedEvent[]): ReadCommand[] {
  const commands = new Map<string, ReadCommand>();
  for (const { seq, event, labAt } of events) {
    const command = "commandId" in event ? commands.get(event.commandId) : undefined;
    switch (event.type) {
      case "step.intended":
        commands.set(event.commandId, {
          ...event,
          intendedAt: labAt,
          startedAt: null,
          doubts: 0,
          overdue: 0,
          endings: [],
          answers: [],
          contradictions: 0,
        });
        break;
      case "step.started":
        if (command !== undefined) command.startedAt ??= labAt;
        break;
      case "step.doubted":
        if (command !== undefined) command.doubts++;
        break;
      case "step.overdue":
        if (command !== undefined) command.overdue++;
        break;
      case "step.resolved":
        command?.answers.push({ at: labAt, seq, event });
        break;
      case "step.contradicted":
        if (command !== undefined) command.contradictions++;
        break;
      case "step.succeeded":
      case "step.failed":
      case "step.notExecuted":
        command?.endings.push({ at: labAt, event });
        break;
      default:
    }
  }
  return [...commands.values()];
}

/**
 * Returns how a command was settled, or null when it was not, or more than once. An answer that it did not happen may
 * stand beside the device's word that it will never run.
 */
export function settledBy({ endings, answers }: ReadCommand): Settled | null {
  const [ending, ...more] = endings;
  const [answer, ...others] = answers;
  if (more.length > 0 || others.length > 0) return null;
  const byDevice = ending === undefined ? null : { at: ending.at, as: wordOf(ending.event), isByAnswer: false };
  if (answer === undefined) return byDevice;
  const byAnswer = { at: answer.at, as: outcomeOf(answer.event), isByAnswer: true };
  if (byDevice === null) return byAnswer;
  return byAnswer.as === "notExecuted" && byDevice.as === "notExecuted" ? byAnswer : null;
}

function wordOf({ type }: Ending): Settled["as"] {
  return type === "step.succeeded" ? "succeeded" : type === "step.failed" ? "failed" : "notExecuted";
}

function outcomeOf({ as }: Resolved): Settled["as"] {
  const outcomes = {
    executed: "succeeded",
    partial: "failed",
    "not-executed": "notExecuted",
    discarded: "discarded",
  } as const;
  return outcomes[as];
}
