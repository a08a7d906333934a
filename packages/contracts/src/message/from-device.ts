import * as z from "zod";
import { CommandId, Sha256 } from "../ids.ts";
import { Json } from "../json.ts";
import { Values } from "../quantity.ts";
import { CommandError, CommandState, Physical } from "./command-fact.ts";
import { count, envelope, stopId } from "./envelope.ts";

/** A large result by reference: digest, bytes and media type of the canonical JSON of its values. */
export const ResultRef = z.object({
  sha256: Sha256,
  size: z.number().int().min(1),
  media: z.string(),
  url: z.string().optional(),
});
export type ResultRef = z.infer<typeof ResultRef>;

const commandFact = {
  commandId: CommandId,
  state: CommandState,
  physical: Physical,
  result: Values.optional(),
  executed: Values.optional(),
  evidence: z.record(z.string(), Json).optional(),
  error: CommandError.optional(),
  /** Where a result too large for a report is; the observation waits until its digest verifies (contract section 13). */
  resultRef: ResultRef.optional(),
  /** A journaled part of a result that is still growing, from 1; provisional until the terminal report (D20). */
  partial: z.object({ seq: z.number().int().min(1), values: Values }).optional(),
  /** The device's monotonic milliseconds and its wall clock when the fact was recorded. */
  tMono: z.number(),
  tWall: z.iso.datetime({ precision: 3 }),
};

/** A journaled device fact about one command. */
export const Report = z.object({
  ...envelope,
  kind: z.literal("report"),
  bootId: z.string(),
  rseq: z.number().int().min(1),
  jseq: count,
  fence: count,
  ...commandFact,
});
export type Report = z.infer<typeof Report>;

/** Unjournaled progress of a started command, 0 to 1; display only. */
export const Progress = z.object({
  ...envelope,
  kind: z.literal("progress"),
  bootId: z.string(),
  commandId: CommandId,
  fraction: z.number().min(0).max(1),
});
export type Progress = z.infer<typeof Progress>;

export const RefusalCode = z.enum([
  "oversize",
  "malformed",
  "bad-signature",
  "unknown-version",
  "unknown-kind",
  "wrong-device",
  "retained",
  "stale-epoch",
  "not-reconciled",
  "journal-unavailable",
  "pruned",
  "id-conflict",
  "dseq-conflict",
]);
export type RefusalCode = z.infer<typeof RefusalCode>;

/** An answer that is not journaled: no proof about other copies, so it changes no outcome (E7). */
export const Refusal = z.object({
  ...envelope,
  kind: z.literal("refusal"),
  commandId: CommandId.optional(),
  rid: z.string().optional(),
  code: RefusalCode,
  message: z.string(),
  fence: count,
  watermark: count,
});
export type Refusal = z.infer<typeof Refusal>;

/**
 * What a device's journal says of one listed command; `never-seen` when it says nothing. `paramsHash` is null for the
 * tombstone of a cancelled command whose `execute` never came (D8): nobody told the device.
 */
export const SnapshotEntry = z.union([
  z.object({ paramsHash: Sha256.nullable(), dseq: z.number().int().min(1), ...commandFact }),
  z.object({ commandId: CommandId, state: z.literal("never-seen") }),
]);
export type SnapshotEntry = z.infer<typeof SnapshotEntry>;

/** The device's whole answer to `reconcile`. */
export const Snapshot = z.object({
  ...envelope,
  kind: z.literal("snapshot"),
  rid: z.string(),
  part: count,
  parts: z.number().int().min(1),
  journalId: z.string(),
  bootId: z.string(),
  jseq: count,
  fence: count,
  watermark: count,
  maxDseq: count,
  /** The highest stop that the device knows; 0 or absent for none. */
  stopId: count.optional(),
  entries: z.array(SnapshotEntry),
  /** Every command not acknowledged by id and not listed in the request. */
  unlisted: z.array(z.object({ paramsHash: Sha256.nullable(), dseq: z.number().int().min(1), ...commandFact })),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const ProbeOutcome = z.enum(["happened", "not-happened", "partial", "running", "unknown"]);
export type ProbeOutcome = z.infer<typeof ProbeOutcome>;

export const ProbeResult = z.object({
  ...envelope,
  kind: z.literal("probe-result"),
  rid: z.string(),
  commandId: CommandId,
  outcome: ProbeOutcome,
  decisive: z.boolean(),
  evidence: z.record(z.string(), Json),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** The answer to an E-STOP: the device has cut its motion, and what became of the commands that it was carrying out. */
export const Stopped = z.object({
  ...envelope,
  kind: z.literal("stopped"),
  stopId,
  /** On the link clock, from receipt to the instrument's confirmation. */
  tookMs: z.number().min(0),
  running: z.array(z.object({ commandId: CommandId, state: CommandState })),
});
export type Stopped = z.infer<typeof Stopped>;

/** The answer to `pause`, `resume` and `fence`; not journaled, so it changes no outcome. */
export const ControlResult = z.object({
  ...envelope,
  kind: z.literal("control-result"),
  rid: z.string(),
  ok: z.boolean(),
  error: CommandError.optional(),
});
export type ControlResult = z.infer<typeof ControlResult>;

export const DeviceMessage = z.discriminatedUnion("kind", [
  Report,
  Progress,
  Refusal,
  Snapshot,
  ProbeResult,
  ControlResult,
  Stopped,
]);
export type DeviceMessage = z.infer<typeof DeviceMessage>;
