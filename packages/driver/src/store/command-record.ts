import {
  CommandError,
  CommandId,
  CommandState,
  Json,
  Physical,
  ResultRef,
  RetryClass,
  Sha256,
  Values,
} from "@labloop/contracts";
import * as z from "zod";

const Evidence = z.record(z.string(), Json);

/** What an `execute` asked for, as journaled. */
export const Order = z.object({
  op: z.string(),
  params: Values,
  paramsHash: Sha256,
  retryClass: RetryClass,
  ttlMs: z.number().int(),
  maxDurationMs: z.number().int(),
  /** Commands on this device that must stand so before this one starts (D3). */
  requires: z.array(z.object({ commandId: CommandId, state: CommandState })).optional(),
  /** What the baseline must show, by name (D3). */
  precond: Evidence.optional(),
  /** Digest of the safety envelope that the engine had judged it by. */
  envelopeHash: Sha256.optional(),
});
export type Order = z.infer<typeof Order>;

/** One command in the device journal. Instants are on the link clock. */
export const CommandRecord = z.object({
  commandId: CommandId,
  dseq: z.number().int().min(1),
  /** The epoch under which it was recorded. */
  epoch: z.number().int().min(1),
  /** Null for the tombstone of a cancelled command whose `execute` never came (D8). */
  order: Order.nullable(),
  state: CommandState,
  physical: Physical,
  /** What was read before the act; written with `started` (D4). */
  baseline: Evidence.nullable(),
  result: Values.nullable(),
  /** Where the result is, when it is too large for a report. */
  resultRef: ResultRef.optional(),
  executed: Values.nullable(),
  /** The latest part of a result that is still growing (D20). */
  partial: z.object({ seq: z.number().int().min(1), values: Values }).optional(),
  evidence: Evidence.nullable(),
  error: CommandError.nullable(),
  recordedAt: z.number(),
  startedAt: z.number().nullable(),
  settledAt: z.number().nullable(),
  /** The journal's transaction that wrote `started`; tells whether another act came after this one. */
  startedJseq: z.number().int().nullable(),
  /** The device's monotonic milliseconds when the latest fact was recorded. */
  tMono: z.number(),
  /** True once an `ack` named this id after it had settled. */
  isAcked: z.boolean(),
});
export type CommandRecord = z.infer<typeof CommandRecord>;
