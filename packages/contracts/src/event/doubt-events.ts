import * as z from "zod";
import { Actor } from "../actor.ts";
import { CommandId, Name, Ulid } from "../ids.ts";
import { Json } from "../json.ts";
import { CommandState } from "../message/command-fact.ts";
import { ProbeOutcome, ResultRef } from "../message/from-device.ts";
import { Values } from "../quantity.ts";

const evidence = z.record(z.string(), Json);

/**
 * What a person's answer, or the policy of a retry class, makes of a command in doubt (contract section 11). `executed`
 * and `partial` carry a result entered by hand or taken from a decisive probe; `not-executed` takes effect once the old id
 * is terminal at the device; `discarded` leaves the sample suspect and the optimizer without a value.
 */
export const Resolution = z.enum(["executed", "partial", "not-executed", "discarded"]);
export type Resolution = z.infer<typeof Resolution>;

/** Facts about what is not known, and how it came to be settled; members of `LabEvent`. */
export const doubtEvents = [
  /** The device was asked again to look for evidence. */
  z.strictObject({ type: z.literal("step.probing"), commandId: CommandId, rid: z.string(), by: Actor.nullable() }),
  z.strictObject({
    type: z.literal("step.probed"),
    commandId: CommandId,
    rid: z.string(),
    outcome: ProbeOutcome,
    decisive: z.boolean(),
    evidence,
  }),
  z.strictObject({
    type: z.literal("step.resolved"),
    commandId: CommandId,
    as: Resolution,
    /** Null when a policy or decisive evidence settled it; then `reason` names that. */
    by: Actor.nullable(),
    /** The second person, where two were asked for. */
    confirmedBy: Actor.nullable(),
    reason: z.string(),
    evidence,
    result: Values.nullable(),
    executed: Values.nullable(),
    /** Set when the run is to stop: it is cleaned up, and its sample is suspect. */
    stopsRun: z.literal(true).optional(),
  }),
  /** A device's word that contradicts what was settled: stored, raised, never merged (E10). */
  z.strictObject({
    type: z.literal("step.contradicted"),
    commandId: CommandId,
    device: Name,
    settled: z.string(),
    state: CommandState,
    /** Where a result is that was too large for a report: it follows as `step.resultFetched`, and is not merged either. */
    resultRef: ResultRef.optional(),
    evidence,
  }),
  /** It has lasted so much longer than it usually does that a person should look; it is not in doubt yet. */
  z.strictObject({
    type: z.literal("step.hanging"),
    commandId: CommandId,
    expectedMs: z.number(),
    lastedMs: z.number(),
  }),
  /** A part of a result that is still growing (D20): provisional until the step succeeds. */
  z.strictObject({
    type: z.literal("step.provisional"),
    commandId: CommandId,
    seq: z.number().int().min(1),
    values: Values,
  }),
  z.strictObject({
    type: z.literal("sample.suspected"),
    runId: Ulid,
    sampleId: Ulid,
    reason: z.string(),
    /** Set when its part stays where it is: nothing carries it any further, and a person has to take it away. */
    isPartLeft: z.literal(true).optional(),
  }),
  /** A device carries a command that this journal does not know: recorded as the device tells it (reconcile step 5). */
  z.strictObject({
    type: z.literal("device.orphanFound"),
    device: Name,
    commandId: CommandId,
    state: CommandState,
    paramsHash: z.string().nullable(),
    /** Absent when a report told of it, which does not carry the number. */
    dseq: z.number().int().min(1).optional(),
    evidence,
  }),
  /** A person lets a device that was taken out of use be used again; it is reconciled first. */
  z.strictObject({ type: z.literal("device.released"), device: Name, by: Actor, reason: z.string() }),
  /** A device has accepted a higher epoch than this journal ever had: an old backup was restored (contract section 9). */
  z.strictObject({ type: z.literal("device.fenceAbove"), device: Name, fence: z.number().int().min(1) }),
  z.strictObject({
    type: z.literal("engine.restoreConfirmed"),
    /** The highest fence known, plus one; the engine goes on under it. */
    epoch: z.number().int().min(1),
    by: Actor,
    reason: z.string(),
  }),
] as const;
