import type { CommandError, CommandState, Execute, Physical, ResultRef, Values } from "@labloop/contracts";
import type { Evidence } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";

/** When something was recorded: on the link clock, and in milliseconds since the driver started. */
export interface Moment {
  readonly at: number;
  readonly tMono: number;
}

/** What the end of a command says. */
export interface End {
  readonly state: Exclude<CommandState, "accepted" | "started">;
  readonly physical: Physical;
  readonly result?: Values;
  /** Instead of `result`, where that is too large for a report; `bytes` are to be kept with the record. */
  readonly large?: { readonly ref: ResultRef; readonly bytes: Uint8Array };
  readonly executed?: Values;
  readonly evidence?: Evidence;
  readonly error?: CommandError;
}

/** Returns the record of a command just accepted. */
export function acceptedRecord(execute: Execute, moment: Moment): CommandRecord {
  const { op, params, paramsHash, retryClass, ttlMs, maxDurationMs, requires, precond, safety } = execute;
  return {
    ...blank(execute, moment),
    order: {
      op,
      params,
      paramsHash,
      retryClass,
      ttlMs,
      maxDurationMs,
      ...(requires === undefined ? {} : { requires }),
      ...(precond === undefined ? {} : { precond }),
      ...(safety === undefined ? {} : { envelopeHash: safety.envelopeHash }),
    },
    state: "accepted",
  };
}

/** Returns the tombstone of a command that was cancelled before its `execute` came (D8). */
export function cancelledUnseen(
  cancel: { commandId: string; dseq: number; epoch: number },
  moment: Moment,
  reason: string,
): CommandRecord {
  const error: CommandError = { code: "device.cancelled", message: reason, class: "crash" };
  return settledRecord(blank(cancel, moment), moment, { state: "cancelled", physical: "none", error });
}

/** Returns the record with the baseline, as it must be durable before the first irreversible byte (D4). */
export function startedRecord(record: CommandRecord, moment: Moment, baseline: Evidence, jseq: number): CommandRecord {
  return {
    ...record,
    state: "started",
    physical: "unknown",
    baseline,
    startedAt: moment.at,
    startedJseq: jseq,
    tMono: moment.tMono,
  };
}

/** Returns the record with its end (D5). */
export function settledRecord(record: CommandRecord, moment: Moment, end: End): CommandRecord {
  const stopSentAt = record.evidence?.["stopSentAt"];
  return {
    ...record,
    state: end.state,
    physical: end.physical,
    result: end.result ?? null,
    ...(end.large === undefined ? {} : { resultRef: end.large.ref }),
    executed: end.executed ?? null,
    // That a stop was sent is remembered: whoever asks the instrument later is told no more than it can know.
    evidence: stopSentAt === undefined ? (end.evidence ?? null) : { ...end.evidence, stopSentAt },
    error: end.error ?? null,
    settledAt: moment.at,
    tMono: moment.tMono,
  };
}

function blank(message: { commandId: string; dseq: number; epoch: number }, moment: Moment): CommandRecord {
  return {
    commandId: message.commandId,
    dseq: message.dseq,
    epoch: message.epoch,
    order: null,
    state: "accepted",
    physical: "none",
    baseline: null,
    result: null,
    executed: null,
    evidence: null,
    error: null,
    recordedAt: moment.at,
    startedAt: null,
    settledAt: null,
    startedJseq: null,
    tMono: moment.tMono,
    isAcked: false,
  };
}
