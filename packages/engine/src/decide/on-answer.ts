import { checkValues, type LabEvent, type OperatorCommand } from "@labloop/contracts";
import { type EngineState, openCommand } from "../state.ts";

/**
 * Returns that a person has answered a step that they were asked to do, or everything that is wrong with the answer: only a
 * person can say what they did, and the result is checked as a device's own would be.
 */
export function onAnswer(
  state: EngineState,
  { commandId, answer, by }: Extract<OperatorCommand, { type: "step.answer" }>,
): { readonly events: readonly LabEvent[] } | { readonly refused: string } {
  const command = openCommand(state, commandId);
  if (command === null) return { refused: `no step ${commandId} waits for an answer` };
  const caps = state.devices.get(command.device)?.caps?.operations[command.op];
  if (caps?.asks === undefined) return { refused: `${command.op} on ${command.device} is not done by a person` };
  if (command.doubt !== null) return { refused: `${commandId} is in doubt: say at the desk what became of it` };
  if (command.started === null) return { refused: `${commandId} has not been asked of anybody yet` };
  if (command.answer !== null) return { refused: `${command.answer.by.name} has answered it already` };
  if (by.kind !== "operator") return { refused: "a step is answered by a person only" };
  if (answer.as === "done") {
    const faults = [
      ...checkValues(caps.result, answer.result),
      ...(answer.executed === undefined ? [] : checkValues(caps.params, answer.executed)),
    ];
    if (faults.length > 0) return { refused: faults.map(({ message }) => message).join("; ") };
  }
  return { events: [{ type: "step.answered", commandId, answer, by }] };
}
