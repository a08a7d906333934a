import type { LabEventOf, RecordedEvent } from "@labloop/contracts";

type Intent = LabEventOf<"step.intended">;
type Ending = LabEventOf<"step.succeeded" | "step.failed" | "step.notExecuted">;

/** One command as the journal tells it, put together without the engine's own fold. */
export interface ReadCommand extends Intent {
  readonly intendedAt: number;
  /** Lab time of the first word that it had started. */
  startedAt: number | null;
  doubts: number;
  overdue: number;
  /** Every settling fact, with its lab time; a sound journal has exactly one. */
  readonly endings: { readonly at: number; readonly event: Ending }[];
}

/** Returns the commands of a journal in the order of their intents. */
export function readCommands(events: readonly RecordedEvent[]): ReadCommand[] {
  const commands = new Map<string, ReadCommand>();
  for (const { event, labAt } of events) {
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
