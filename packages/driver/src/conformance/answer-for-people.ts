import {
  type Cancel,
  type Execute,
  type Report,
  StableState,
  type StepAnswer,
  type ValueSpecs,
} from "@labloop/contracts";
import { goodValues } from "./generate-values.ts";
import type { Rig } from "./rig.ts";

/** How long a person takes of whom nothing is known, and how often their answer is said again, ms of link time; chosen. */
const usualMs = 500;
const repeatMs = 1_000;

/** Has the steps answered that a driver asks people to do, as an engine would: once they have begun, and until they end. */
export interface Attendance {
  /** An order that a person may have to carry out. */
  note(execute: Execute): void;
  hear(report: Report): void;
  stop(): void;
}

/**
 * Returns who answers: the plant's person, and where there is none somebody who says that all was done, with generated
 * results. A step is done once, however often its driver says that it has begun.
 */
export function answerForPeople(around: {
  readonly rig: Pick<Rig, "answer" | "clock">;
  readonly seed: number;
  /** What an operation returns. */
  readonly resultOf: (op: string) => ValueSpecs;
  /** Hands an answer to the driver; rejects while the link is down. */
  readonly say: (commandId: string, answer: StepAnswer) => Promise<void>;
}): Attendance {
  const { rig, seed, resultOf, say } = around;
  const asked = new Map<string, { readonly execute: Execute; cancel: Cancel | null }>();

  function said({ op, params, commandId }: Execute): { readonly afterMs: number; readonly answer: () => StepAnswer } {
    const person = rig.answer?.({ op, params, commandId });
    if (person != null) return person;
    const result = goodValues(resultOf(op), seed, 1)[0] ?? {};
    return { afterMs: usualMs, answer: () => ({ as: "done", result }) };
  }

  function attend(entry: { readonly execute: Execute; cancel: Cancel | null }): void {
    const { commandId } = entry.execute;
    const { afterMs, answer } = said(entry.execute);
    const at = (delayMs: number, fire: () => void) => {
      entry.cancel = rig.clock.at(rig.clock.now() + delayMs, fire);
    };
    const tell = (given: StepAnswer) => {
      // Over a link that is down it is said again.
      say(commandId, given).catch(() => {});
      at(repeatMs, () => tell(given));
    };
    at(afterMs, () => tell(answer()));
  }

  const forget = (commandId: string) => {
    asked.get(commandId)?.cancel?.();
    asked.delete(commandId);
  };

  return {
    note(execute) {
      if (asked.has(execute.commandId)) return;
      asked.set(execute.commandId, { execute, cancel: null });
    },
    hear({ commandId, state }) {
      const entry = asked.get(commandId);
      if (entry === undefined) return;
      if (StableState.safeParse(state).success) forget(commandId);
      else if (state === "started" && entry.cancel === null) attend(entry);
    },
    stop() {
      for (const commandId of asked.keys()) forget(commandId);
    },
  };
}
