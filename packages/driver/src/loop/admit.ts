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
  /** The command that has the device, if any. */
  readonly runningId: string | null;
  readonly isWireUp: boolean;
  /** The E-STOP that stands, if one does. */
  readonly latchedBy: number | null;
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
  const transitMs = now.received.at - Date.parse(execute.issuedAt);
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
  if (now.latchedBy !== null) {
    const message = `E-STOP ${now.latchedBy} stands: nothing is done before a person has cleared it`;
    return { code: "estop-latched", message, class: "crash" };
  }
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
  if (transitMs >= execute.ttlMs) {
    const message = `it is ${transitMs} ms old, and might be started within ${execute.ttlMs} ms only`;
    return { code: "device.expired", message, class: "crash" };
  }
  if (-transitMs > execute.ttlMs / 2 && execute.retryClass === "non-repeatable") {
    const message = `it was issued ${-transitMs} ms in the future: the clocks disagree too much to know its age`;
    return { code: "device.clockSkew", message, class: "crash" };
  }
  if (now.runningId !== null) {
    return { code: "busy", message: `${now.runningId} has the device`, class: "crash" };
  }
  if (!now.isWireUp) {
    return { code: "device.wireDown", message: "no connection to the instrument", class: "instrument" };
  }
  return null;
}
