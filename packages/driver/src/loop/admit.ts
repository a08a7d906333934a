import {
  type CommandError,
  checkValues,
  type DeviceCaps,
  type Execute,
  type RefusalCode,
  type RetryClass,
  type ValueSpec,
  type ValueSpecs,
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
   * How far this device's wall clock is ahead of the engine's. Null while no heartbeat was heard in this boot: then nobody
   * knows how old a command is. What may not run twice is rejected; for the rest `issuedAt` is taken as it is.
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
  const faults = checkValues(withoutBounds(operation.params), execute.params);
  if (faults.length > 0) {
    const message = faults.map((fault) => fault.message).join("; ");
    return { code: "device.paramsInvalid", message, class: "infeasible" };
  }
  const tooFar = beyondLimits(execute, operation.params);
  if (tooFar.length > 0) {
    return { code: "device.limitExceeded", message: tooFar.join("; "), class: "infeasible" };
  }
  if (now.clockOffsetMs === null && execute.retryClass === "non-repeatable") {
    const message = "no heartbeat of the engine was heard since this driver started: nobody knows how old the order is";
    return { code: "device.clockUnknown", message, class: "crash" };
  }
  if (transitMs >= execute.ttlMs) {
    const message = `it is ${transitMs} ms old, and might be started within ${execute.ttlMs} ms only`;
    return { code: "device.expired", message, class: "crash" };
  }
  // An order from the future of a clock that is known has another clock behind it.
  const skewMs = Math.max(Math.abs(now.clockOffsetMs ?? 0), -transitMs);
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

interface Bounds {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

/** What is beyond the device's own limits or those that came with the command: the tighter one counts. */
function beyondLimits({ params, safety }: Execute, specs: ValueSpecs): string[] {
  const sent: Readonly<Record<string, Bounds>> = safety?.limits ?? {};
  const names = new Set([...Object.keys(specs), ...Object.keys(sent)]);
  return [...names].flatMap((name) => {
    const both = [boundsOf(specs[name]), Object.hasOwn(sent, name) ? sent[name] : undefined];
    const minimum = Math.max(...both.map((bounds) => bounds?.minimum ?? Number.NEGATIVE_INFINITY));
    const maximum = Math.min(...both.map((bounds) => bounds?.maximum ?? Number.POSITIVE_INFINITY));
    if (both[1] === undefined && minimum === Number.NEGATIVE_INFINITY && maximum === Number.POSITIVE_INFINITY)
      return [];
    const value = params[name];
    const number = typeof value === "object" && "value" in value ? value.value : value;
    if (typeof number !== "number") return [`${name} has a limit and is no number`];
    if (number < minimum) return [`${name}: ${number} is below the minimum of ${minimum}`];
    if (number > maximum) return [`${name}: ${number} is above the maximum of ${maximum}`];
    return [];
  });
}

function boundsOf(spec: ValueSpec | undefined): Bounds | undefined {
  return spec?.type === "quantity" || spec?.type === "integer" ? spec : undefined;
}

/** Bounds are judged together with those that came with the command. */
function withoutBounds(specs: ValueSpecs): ValueSpecs {
  const loose = (spec: ValueSpec): ValueSpec =>
    spec.type === "quantity" || spec.type === "integer" ? { ...spec, minimum: undefined, maximum: undefined } : spec;
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, loose(spec)]));
}
