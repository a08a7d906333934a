import * as z from "zod";
import { Actor } from "./actor.ts";
import { DeviceCaps, RetryClass } from "./capability.ts";
import { CommandId, Name, Sha256, Ulid } from "./ids.ts";
import { Json } from "./json.ts";
import { Values } from "./quantity.ts";

/** The device's states of a command (contract section 7). */
export const CommandState = z.enum(["accepted", "started", "succeeded", "failed", "unknown", "cancelled", "rejected"]);
export type CommandState = z.infer<typeof CommandState>;

/** The final device states: only these change an outcome. */
export const StableState = z.enum(["succeeded", "failed", "cancelled", "rejected", "unknown"]);
export type StableState = z.infer<typeof StableState>;

/** How far matter was moved: not at all, wholly, in part, or nobody knows. */
export const Physical = z.enum(["none", "full", "partial", "unknown"]);
export type Physical = z.infer<typeof Physical>;

/** Why a command did not succeed, in the device's words. */
export const CommandError = z.object({ code: z.string(), message: z.string(), class: z.string() });
export type CommandError = z.infer<typeof CommandError>;

const envelope = { v: z.literal(1), device: Name, issuedAt: z.iso.datetime({ precision: 3 }) };
const fromEngine = { ...envelope, epoch: z.number().int().min(1), engineId: z.string() };
const count = z.number().int().min(0);
const stopId = z.number().int().min(1);

/** The order to carry out one command. */
export const Execute = z.object({
  ...fromEngine,
  kind: z.literal("execute"),
  commandId: CommandId,
  campaignId: Ulid,
  runId: Ulid,
  stepId: Ulid,
  attempt: z.number().int().min(1),
  dseq: z.number().int().min(1),
  op: z.string(),
  params: Values,
  paramsHash: Sha256,
  retryClass: RetryClass,
  /** Latest start, counted from receipt on the device's monotonic clock. */
  ttlMs: z.number().int().min(1),
  /** Lab time from `started`. */
  maxDurationMs: z.number().int().min(1),
});
export type Execute = z.infer<typeof Execute>;

export const OpenCommand = z.object({ commandId: CommandId, paramsHash: Sha256, dseq: z.number().int().min(1) });
export type OpenCommand = z.infer<typeof OpenCommand>;

/** Asks for the device's word on every unfinished command. */
export const Reconcile = z.object({
  ...fromEngine,
  kind: z.literal("reconcile"),
  rid: z.string(),
  part: count,
  parts: z.number().int().min(1),
  open: z.array(OpenCommand).max(300),
  /** The E-STOP that the engine knows last; a device adopts a newer one (S2). */
  estop: z.object({ stopId, active: z.boolean() }).optional(),
});
export type Reconcile = z.infer<typeof Reconcile>;

export const CancelCommand = z.object({
  ...fromEngine,
  kind: z.literal("cancel"),
  commandId: CommandId,
  dseq: z.number().int().min(1),
  reason: z.string(),
});
export type CancelCommand = z.infer<typeof CancelCommand>;

export const Ack = z.object({ ...fromEngine, kind: z.literal("ack"), commandIds: z.array(CommandId).max(300) });
export type Ack = z.infer<typeof Ack>;

/** Asks the device to look for evidence of one command, whatever its journal says. */
export const Probe = z.object({ ...fromEngine, kind: z.literal("probe"), rid: z.string(), commandId: CommandId });
export type Probe = z.infer<typeof Probe>;

export const EngineControl = z.discriminatedUnion("kind", [Reconcile, CancelCommand, Ack, Probe]);
export type EngineControl = z.infer<typeof EngineControl>;

const commandFact = {
  commandId: CommandId,
  state: CommandState,
  physical: Physical,
  result: Values.optional(),
  executed: Values.optional(),
  evidence: z.record(z.string(), Json).optional(),
  error: CommandError.optional(),
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

export const DeviceMessage = z.discriminatedUnion("kind", [Report, Progress, Refusal, Snapshot, ProbeResult, Stopped]);
export type DeviceMessage = z.infer<typeof DeviceMessage>;

/** Birth (`online`) or death (the will) of a device's connection; retained. */
export const DeviceState = z.object({
  ...envelope,
  kind: z.literal("state"),
  online: z.boolean(),
  journalId: z.string(),
  bootId: z.string(),
  bdSeq: count,
  jseq: count,
  fence: count,
  capsHash: Sha256,
  mode: z.enum(["real", "simulated"]),
});
export type DeviceState = z.infer<typeof DeviceState>;

/** What a device announces, retained. */
export const CapsMessage = z.object({ ...envelope, kind: z.literal("caps"), caps: DeviceCaps });
export type CapsMessage = z.infer<typeof CapsMessage>;

export const Heartbeat = z.object({
  ...envelope,
  kind: z.literal("hb"),
  bootId: z.string(),
  n: count,
  tMono: z.number(),
  running: z.array(CommandId),
  jseq: count,
  /** Why the device cannot work now, when it cannot: its journal or its wire is down. */
  degraded: z.string().optional(),
  /** The highest stop that the device knows; 0 or absent for none. */
  stopId: count.optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The engine's presence on a cell; retained, and the will. */
export const EngineState = z.object({
  v: z.literal(1),
  kind: z.literal("engine"),
  engineId: z.string(),
  epoch: z.number().int().min(1),
  online: z.boolean(),
  at: z.iso.datetime({ precision: 3 }),
});
export type EngineState = z.infer<typeof EngineState>;

/**
 * The E-STOP of the whole lab, retained (contract section 12). Of two the higher `stopId` counts, and of the same one the
 * active.
 */
export const Estop = z.object({
  v: z.literal(1),
  kind: z.literal("estop"),
  stopId,
  active: z.boolean(),
  scope: z.literal("lab"),
  reason: z.string(),
  by: Actor,
  at: z.iso.datetime({ precision: 3 }),
});
export type Estop = z.infer<typeof Estop>;
