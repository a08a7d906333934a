import * as z from "zod";
import { Actor } from "./actor.ts";
import { AccessLabel, OutcomeBounds } from "./campaign.ts";
import { DeviceCaps, RetryClass } from "./capability.ts";
import { ClockAnchor } from "./clock-anchor.ts";
import { CommandId, Name, Sha256, Ulid } from "./ids.ts";
import { Json } from "./json.ts";
import { doubtEvents } from "./event/doubt-events.ts";
import { safetyEvents } from "./event/safety-events.ts";
import { upkeepEvents } from "./event/upkeep-events.ts";
import { CommandError, Physical } from "./message/command-fact.ts";
import { ResultRef } from "./message/from-device.ts";
import { CalibrationWatch } from "./lab.ts";
import { MaintenanceWatch } from "./maintenance.ts";
import { Observation } from "./observation.ts";
import {
  BestPoint,
  DoubtedPoint,
  FrontPoint,
  JointObjective,
  MeasuredDesign,
  Objective,
  ProposeAnswer,
  SearchSpace,
} from "./optimization.ts";
import { Design } from "./study.ts";
import { Plan } from "./protocol.ts";
import { Values } from "./quantity.ts";
import { Text } from "./text.ts";

const count = z.number().int().min(0);
const seed = z.number().int().min(0).max(0xffffffff);
const evidence = z.record(z.string(), Json);
const deviceFact = { bootId: z.string(), jseq: count, tWall: z.iso.datetime({ precision: 3 }) };

/** Everything that can happen, as it stands in the journal: `noun.pastTense`. */
export const LabEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("campaign.created"),
    campaignId: Ulid,
    campaign: z.string(),
    /** From the campaign file, so that the journal alone explains its data; absent in journals begun before they were kept. */
    title: Text.optional(),
    description: Text.optional(),
    parameterTitles: z.record(z.string(), Text).optional(),
    lab: Name,
    mode: z.enum(["real", "simulated"]),
    seed,
    documents: z.strictObject({
      campaign: Sha256,
      protocol: Sha256,
      lab: Sha256,
      /** Absent where a campaign has ranges and no list. */
      candidates: Sha256.optional(),
      /** Of the compiled safety envelope that every intent is judged by (E11). */
      envelope: Sha256.optional(),
    }),
    /** The longest stretch that a total of the envelope counts over, lab ms: so long acts are remembered. */
    totalsOverMs: z.number().min(0).optional(),
    /** The interlocks of the lab file, by name, and whether each pauses the campaign when it trips. */
    interlocks: z
      .record(z.string(), z.strictObject({ device: Name, channel: z.string(), pauses: z.boolean() }))
      .optional(),
    /** The calibrations that the lab file states, by device, and how each is watched over. */
    calibrations: z.record(Name, CalibrationWatch).optional(),
    /** What the lab file says that devices need now and then, by device. */
    maintenance: z.record(Name, z.array(MaintenanceWatch)).optional(),
    space: SearchSpace,
    /** What is improved; absent of a front, which has no single quantity that tells how good a design is. */
    objective: Objective.optional(),
    /** Where several quantities are improved together, or one says what is desirable of it: all of them. */
    objectives: z.array(JointObjective).min(1).optional(),
    /** By observed quantity: what an experiment must keep to be of use; absent where there is none. */
    outcomeConstraints: z.record(z.string(), OutcomeBounds).optional(),
    experiments: z.number().int().min(1),
    clock: ClockAnchor,
    actor: Actor,
    access: AccessLabel,
    dataManager: z.string(),
    grant: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal("engine.started"), engineId: z.string(), epoch: z.number().int().min(1) }),
  /** The same engine goes on under a new epoch (S4): what devices were sent under the old one is void. */
  z.strictObject({ type: z.literal("engine.epochRaised"), epoch: z.number().int().min(1) }),
  z.strictObject({ type: z.literal("campaign.started") }),
  z.strictObject({
    type: z.literal("campaign.paused"),
    reason: z.string(),
    by: Actor.nullable(),
    /** The interlock that has tripped, when nobody else paused it. */
    interlock: z.string().optional(),
  }),
  /** By nobody when the interlock that had paused it holds again and lets it go on by itself. */
  z.strictObject({ type: z.literal("campaign.resumed"), by: Actor.nullable() }),
  z.strictObject({
    type: z.literal("campaign.stopping"),
    reason: z.string(),
    by: Actor,
    /** Set when it was aborted: what is in flight is cleared away, and it ends as aborted. */
    abort: z.literal(true).optional(),
  }),
  z.strictObject({
    type: z.literal("campaign.finished"),
    experiments: count,
    /** Why before its budget was spent, where nobody stopped it. */
    reason: z.string().optional(),
    best: BestPoint.nullable(),
    bestMeasured: MeasuredDesign.nullable(),
    /** Of a campaign that has a front in place of one best. */
    front: z.array(FrontPoint).optional(),
    doubted: z.array(DoubtedPoint).optional(),
  }),
  z.strictObject({ type: z.literal("campaign.aborted"), reason: z.string(), by: Actor }),

  z.strictObject({
    type: z.literal("proposal.asked"),
    proposalId: Ulid,
    seed,
    /** How many measurements were known, and the points being measured: with the seed, all that the answer depends on. */
    measurements: count,
    pending: z.array(Design),
    /** How many observations there were, failures too; absent in records of lists that older versions wrote. */
    observations: count.optional(),
    /** Experiments of the budget that will still be started after this one. */
    remaining: count,
  }),
  z.strictObject({ type: z.literal("proposal.made"), proposalId: Ulid, answer: ProposeAnswer }),
  z.strictObject({ type: z.literal("proposal.rejected"), proposalId: Ulid, reason: z.string() }),

  z.strictObject({
    type: z.literal("run.queued"),
    runId: Ulid,
    proposalId: Ulid,
    sampleId: Ulid,
    parameters: Design,
    plan: Plan,
    planDigest: Sha256,
  }),
  z.strictObject({
    type: z.literal("run.failing"),
    runId: Ulid,
    stepKey: z.string(),
    code: z.string(),
    message: z.string(),
  }),
  z.strictObject({
    type: z.literal("run.finished"),
    runId: Ulid,
    outcome: z.enum(["done", "failed", "aborted", "suspect"]),
    reason: z.string(),
  }),

  z.strictObject({
    type: z.literal("step.intended"),
    runId: Ulid,
    stepId: Ulid,
    stepKey: z.string(),
    attempt: z.number().int().min(1),
    commandId: CommandId,
    device: Name,
    dseq: z.number().int().min(1),
    op: z.string(),
    params: Values,
    paramsHash: Sha256,
    retryClass: RetryClass,
    ttlMs: z.number().int().min(1),
    maxDurationMs: z.number().int().min(1),
    /** Roles bound to devices by this step. */
    bindings: z.record(z.string(), Name),
    /** Why there is this attempt. */
    decision: z.string(),
  }),
  z.strictObject({ type: z.literal("step.sent"), commandId: CommandId }),
  z.strictObject({ type: z.literal("step.accepted"), commandId: CommandId, ...deviceFact }),
  z.strictObject({ type: z.literal("step.started"), commandId: CommandId, ...deviceFact }),
  z.strictObject({ type: z.literal("step.overdue"), commandId: CommandId }),
  z.strictObject({
    type: z.literal("step.succeeded"),
    commandId: CommandId,
    result: Values,
    executed: Values,
    /** Where a result is that was too large for a report: it follows as `step.resultFetched`, and `result` is empty. */
    resultRef: ResultRef.optional(),
    evidence,
    late: z.boolean(),
    ...deviceFact,
  }),
  /** A large result has arrived whole, its digest as announced (contract section 13); only now the device may forget it. */
  z.strictObject({
    type: z.literal("step.resultFetched"),
    commandId: CommandId,
    result: Values,
    /** Why there is none in what was fetched, when there is none. */
    problem: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("step.failed"),
    commandId: CommandId,
    physical: Physical,
    error: CommandError,
    evidence,
    late: z.boolean(),
    ...deviceFact,
  }),
  z.strictObject({
    type: z.literal("step.notExecuted"),
    commandId: CommandId,
    state: z.enum(["rejected", "cancelled"]),
    error: CommandError,
    late: z.boolean(),
    ...deviceFact,
  }),
  z.strictObject({ type: z.literal("step.cancelling"), commandId: CommandId, reason: z.string() }),
  z.strictObject({
    type: z.literal("step.doubted"),
    commandId: CommandId,
    reason: z.string(),
    evidence,
    /** Set when the device itself does not know: the command is terminal there (contract section 11). */
    isTerminal: z.literal(true).optional(),
    /** How far it had got, 0 to 1, when its device last said so, and that instant of lab time; absent when it never did. */
    progress: z.strictObject({ fraction: z.number().min(0).max(1), at: z.number() }).optional(),
  }),

  z.strictObject({ type: z.literal("observation.made"), observation: Observation }),

  z.strictObject({ type: z.literal("device.announced"), device: Name, caps: DeviceCaps, capsHash: Sha256 }),
  z.strictObject({
    type: z.literal("device.born"),
    device: Name,
    bootId: z.string(),
    journalId: z.string(),
    bdSeq: count,
  }),
  z.strictObject({ type: z.literal("device.suspected"), device: Name }),
  z.strictObject({ type: z.literal("device.heard"), device: Name }),
  z.strictObject({ type: z.literal("device.lost"), device: Name, reason: z.enum(["silent", "will", "unlinked"]) }),
  z.strictObject({
    type: z.literal("device.reconciled"),
    device: Name,
    rid: z.string(),
    bootId: z.string(),
    journalId: z.string(),
    jseq: count,
    fence: count,
    watermark: count,
    maxDseq: count,
    /** Commands that the device has never seen and that are sent again under the same id, their time to live anew. */
    renewed: z.array(CommandId).optional(),
  }),
  z.strictObject({ type: z.literal("device.quarantined"), device: Name, code: z.string(), message: z.string() }),

  z.strictObject({ type: z.literal("estop.raised"), stopId: z.number().int().min(1), reason: z.string(), by: Actor }),
  /** A device has stopped, so many ms of the link clock after the word had reached it. */
  z.strictObject({
    type: z.literal("estop.acknowledged"),
    device: Name,
    stopId: z.number().int().min(1),
    tookMs: z.number().min(0),
  }),
  /** A device was silent for a second: it may still be moving. */
  z.strictObject({ type: z.literal("estop.unanswered"), device: Name, stopId: z.number().int().min(1) }),
  z.strictObject({ type: z.literal("estop.cleared"), stopId: z.number().int().min(1), reason: z.string(), by: Actor }),

  ...doubtEvents,
  ...safetyEvents,
  ...upkeepEvents,
]);
export type LabEvent = z.infer<typeof LabEvent>;
export type LabEventType = LabEvent["type"];
export type LabEventOf<T extends LabEventType> = Extract<LabEvent, { type: T }>;

/** An event as recorded: its place in the chain, who wrote it, and both clocks in ms since 1970. */
export interface RecordedEvent {
  readonly seq: number;
  readonly epoch: number;
  readonly labAt: number;
  readonly wallAt: number;
  readonly event: LabEvent;
  /** SHA-256 of the previous hash and this record's canonical JSON. */
  readonly hash: string;
}
