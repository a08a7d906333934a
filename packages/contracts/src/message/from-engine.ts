import * as z from "zod";
import { RetryClass } from "../capability.ts";
import { CommandId, Sha256, Ulid } from "../ids.ts";
import { Json } from "../json.ts";
import { Values } from "../quantity.ts";
import { CommandState } from "./command-fact.ts";
import { count, fromEngine, stopId } from "./envelope.ts";
import { StepAnswer } from "./step-answer.ts";

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
  /** Commands on this device that must stand so before this one starts (D3); it waits for them. */
  requires: z.array(z.object({ commandId: CommandId, state: CommandState })).optional(),
  /** What the baseline must show right before the start, by name; anything else and nothing starts (D3). */
  precond: z.record(z.string(), Json).optional(),
  /**
   * Digest of the safety envelope that the engine has judged the command by (E11), and its limits of numbers and quantities
   * by parameter, in the units of the operation: beside the device's own, the tighter counts (D3).
   */
  safety: z
    .object({
      envelopeHash: Sha256,
      limits: z
        .record(z.string(), z.object({ minimum: z.number().optional(), maximum: z.number().optional() }))
        .optional(),
    })
    .optional(),
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
  /**
   * The device journal that the engine was last told of. A device that has another one by then refuses the request: it is a
   * copy from the time before its journal was lost (D11, E9).
   */
  journalId: z.string().optional(),
  open: z.array(OpenCommand).max(300),
  /** The E-STOP that the engine knows last; a device adopts a newer one (S2). */
  estop: z.object({ stopId, active: z.boolean() }).optional(),
  /** Where results above 192 KiB are put (contract section 13); without it they are fetched in chunks. */
  blobUrl: z.string().optional(),
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

const request = { ...fromEngine, rid: z.string(), commandId: CommandId.optional() };

/** Asks a running act to stand still where it does no harm, and to go on later; answered with a `control-result`. */
export const Pause = z.object({ ...request, kind: z.literal("pause") });
export type Pause = z.infer<typeof Pause>;
export const Resume = z.object({ ...request, kind: z.literal("resume") });
export type Resume = z.infer<typeof Resume>;

/** Hands a person's answer to the step that waits for it; answered with a `control-result`, and repeated until the step ends. */
export const Answer = z.object({
  ...fromEngine,
  kind: z.literal("answer"),
  rid: z.string(),
  commandId: CommandId,
  answer: StepAnswer,
  by: z.string(),
});
export type Answer = z.infer<typeof Answer>;

/** Raises the device's fence to this message's epoch, and nothing else. */
export const Fence = z.object({ ...request, kind: z.literal("fence") });
export type Fence = z.infer<typeof Fence>;

/** Asks for one chunk of a large result, by its digest and from 0. */
export const GetBlob = z.object({ ...fromEngine, kind: z.literal("get-blob"), sha256: Sha256, idx: count });
export type GetBlob = z.infer<typeof GetBlob>;

export const EngineControl = z.discriminatedUnion("kind", [
  Reconcile,
  CancelCommand,
  Ack,
  Probe,
  Pause,
  Resume,
  Fence,
  GetBlob,
  Answer,
]);
export type EngineControl = z.infer<typeof EngineControl>;
