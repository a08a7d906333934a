import { checkValues, type CommandError, type StepAnswer } from "@labloop/contracts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";

/** Hands a person's answer to the act that waits for it; returns why not, or null. */
export type AnswerAct = (commandId: string, answer: StepAnswer, by: string) => CommandError | null;

/**
 * Returns what hands answers to acts. An answer is not journaled: the engine has it, and repeats it until the act has ended,
 * whose end is. An answer that comes again changes nothing.
 */
export function createAnswerAct<Session>(options: {
  readonly find: (commandId: string) => Act<Session> | undefined;
  readonly store: DeviceStore;
}): AnswerAct {
  const { find, store } = options;
  const no = (code: string, message: string): CommandError => ({ code, message, class: "crash" });
  return (commandId, answer, by) => {
    const act = find(commandId);
    if (act === undefined || store.find(commandId)?.state !== "started") {
      return no("device.notRunning", `${commandId} is not being carried out here`);
    }
    const { operation, order } = act;
    if (operation.asks === undefined) return no("device.asksNobody", `${order.op} is not done by a person`);
    const faults =
      answer.as === "done"
        ? [
            ...checkValues(operation.result, answer.result),
            ...checkValues(operation.params, answer.executed ?? order.params),
          ]
        : [];
    if (faults.length > 0) return no("device.answerInvalid", faults.map(({ message }) => message).join("; "));
    act.answered.resolve({ answer, by });
    return null;
  };
}
