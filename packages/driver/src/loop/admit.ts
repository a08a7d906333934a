import {
  type CommandError,
  checkValues,
  type DeviceCaps,
  type Execute,
  type RefusalCode,
  type RetryClass,
} from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import type { CommandRecord } from "../store/command-record.ts";
import type { JournalHead } from "../store/device-store.ts";
import { acceptedRecord, type Moment, settledRecord } from "./facts.ts";
import type { Requirements } from "./requirements.ts";

/** Chosen: more than any plan has on one device at once; bounds what a hostile engine can make it keep (I10). */
const maxWaiting = 100;

/** What the device knows at the moment an `execute` comes in. */
export interface Situation {
  readonly deviceId: string;
  readonly isRetained: boolean;
  readonly isReconciled: boolean;
  readonly head: JournalHead;
  /** The record of the same command id, and that of the same command number. */
  readonly byId: CommandRecord | null;
  readonly byDseq: CommandRecord | null;
  readonly operations: DeviceCaps["operations"];
  /** The command that this one would have to wait for, if any. */
  readonly holderId: string | null;
  readonly isWireUp: boolean;
  /** Why nothing is started now: an E-STOP, local control, a silent engine. */
  readonly closed: CommandError | null;
  /** Where its `requires` stand, and how many commands wait for theirs. */
  readonly requirements: Requirements;
  readonly waitingCount: number;
  /**
   * How far this device's wall clock is ahead of the engine's. Null while no heartbeat was heard in this boot: an engine
   * sends its first command as soon as it has reconciled, a heartbeat may be lost, and in virtual runs it is rare. Then
   * `issuedAt` is taken as it is, and only a future that cannot be is rejected.
   */
  readonly clockOffsetMs: number | null;
  readonly received: Moment;
}

/** What to do with an `execute`. */
export type Verdict =
  /** Answer without a trace in the journal: no proof about other copies. */
  | { readonly kind: "refuse"; readonly code: RefusalCode; readonly message: string }
  /** Say again what the journal says, and never act. */
  | { readonly kind: "answer"; readonly record: CommandRecord }
  /** Make it durable, then report it; if accepted, it may start before `startBy` on the link clock. */
  | { readonly kind: "record"; readonly record: CommandRecord; readonly startBy: number };

/** Returns what the contract's rules D1, D2, D3 and D11 make of an `execute`; pure. */
export function admit(execute: Execute, now: Situation): Verdict {
  const refuse = (code: RefusalCode, message: string): Verdict => ({ kind: "refuse", code, message });
  const { byId, byDseq, head } = now;

  if (execute.device !== now.deviceId) return refuse("wrong-device", `this is ${now.deviceId}, not ${execute.device}`);
  if (now.isRetained) return refuse("retained", "a kept command would run again at every subscribe");
  if (execute.epoch < head.fence)
    return refuse("stale-epoch", `epoch ${execute.epoch} is below the fence ${head.fence}`);
  if (!now.isReconciled) return refuse("not-reconciled", "this device has restarted: reconcile first");

  if (byId !== null) {
    const recordedHash = byId.order?.paramsHash;
    if (recordedHash === undefined || recordedHash === execute.paramsHash) return { kind: "answer", record: byId };
    return refuse("id-conflict", "this command id is known with other parameters");
  }
  if (execute.dseq <= head.watermark) {
    return refuse("pruned", `commands up to number ${head.watermark} are forgotten: it may have run`);
  }
  if (byDseq !== null) return refuse("dseq-conflict", `command number ${execute.dseq} belongs to ${byDseq.commandId}`);

  const accepted = acceptedRecord(execute, now.received);
  const transitMs = now.received.at - Date.parse(execute.issuedAt) - (now.clockOffsetMs ?? 0);
  const startBy = now.received.at + execute.ttlMs - Math.max(0, transitMs);
  const error = objection(execute, now, transitMs);
  if (error === null) return { kind: "record", record: accepted, startBy };
  const record = settledRecord(accepted, now.received, { state: "rejected", physical: "none", error });
  return { kind: "record", record, startBy };
}

/** From the strictest to the laxest. */
const classes: readonly RetryClass[] = ["non-repeatable", "retry-safe", "idempotent"];

/** D3, cheapest and most telling first; null when nothing speaks against it. */
function objection(execute: Execute, now: Situation, transitMs: number): CommandError | null {
  if (now.closed !== null) return now.closed;
  if (paramsHashOf(execute.op, execute.params) !== execute.paramsHash) {
    return { code: "device.hashMismatch", message: "paramsHash is not that of op and params", class: "crash" };
  }
  const operation = now.operations[execute.op];
  if (operation === undefined) {
    const known = Object.keys(now.operations).join(", ");
    return {
      code: "device.unknownOperation",
      message: `no operation ${execute.op} here, only ${known}`,
      class: "crash",
    };
  }
  if (classes.indexOf(execute.retryClass) > classes.indexOf(operation.retryClass)) {
    const message = `${execute.op} is ${operation.retryClass}; ${execute.retryClass} would loosen that`;
    return { code: "device.retryClassLaxer", message, class: "crash" };
  }
  const faults = checkValues(operation.params, execute.params);
  if (faults.length > 0) {
    const message = faults.map((fault) => fault.message).join("; ");
    return { code: "device.paramsInvalid", message, class: "infeasible" };
  }
  const tooFar = beyondLimits(execute);
  if (tooFar.length > 0) {
    return { code: "device.limitExceeded", message: tooFar.join("; "), class: "infeasible" };
  }
  if (transitMs >= execute.ttlMs) {
    const message = `it is ${transitMs} ms old, and might be started within ${execute.ttlMs} ms only`;
    return { code: "device.expired", message, class: "crash" };
  }
  const skewMs = now.clockOffsetMs === null ? -transitMs : Math.abs(now.clockOffsetMs);
  if (skewMs > execute.ttlMs / 2 && execute.retryClass === "non-repeatable") {
    const message = `the clocks disagree by ${skewMs} ms, more than half of its time to live: nobody knows its age`;
    return { code: "device.clockSkew", message, class: "crash" };
  }
  if (now.requirements.kind === "impossible") {
    return { code: "device.requirementUnmet", message: now.requirements.message, class: "crash" };
  }
  if (now.requirements.kind === "waiting" && now.waitingCount >= maxWaiting) {
    return { code: "busy", message: `${now.waitingCount} commands wait for others already`, class: "crash" };
  }
  // Whoever waits for others holds nothing, and takes its turn once they stand as they must.
  if (now.requirements.kind === "met" && now.holderId !== null) {
    return { code: "busy", message: `${now.holderId} has the device`, class: "crash" };
  }
  if (!now.isWireUp) {
    return { code: "device.wireDown", message: "no connection to the instrument", class: "instrument" };
  }
  return null;
}

/** The limits that came with the command: beside the device's own, so that the tighter one counts. */
function beyondLimits(execute: Execute): string[] {
  return Object.entries(execute.safety?.limits ?? {}).flatMap(([name, { minimum, maximum }]) => {
    const value = execute.params[name];
    const number = typeof value === "object" && "value" in value ? value.value : value;
    if (typeof number !== "number") return [`${name} has a limit and is no number`];
    if (minimum !== undefined && number < minimum) return [`${name}: ${number} is below the minimum of ${minimum}`];
    if (maximum !== undefined && number > maximum) return [`${name}: ${number} is above the maximum of ${maximum}`];
    return [];
  });
}
