import * as z from "zod";
import { Actor } from "../actor.ts";
import { CommandId, Name, Sha256, Ulid } from "../ids.ts";
import { StepAnswer } from "../message/step-answer.ts";
import { Design } from "../study.ts";
import { Plan } from "../protocol.ts";

const expires = z.iso.date();

/** Facts about keeping a lab in order, and about what people do in it; members of `LabEvent`. */
export const upkeepEvents = [
  /** A person has said how a step went that they were asked to do. The device still has the last word on the command. */
  z.strictObject({ type: z.literal("step.answered"), commandId: CommandId, answer: StepAnswer, by: Actor }),
  /** A device's driver was loaded anew by somebody's wish; `from` is null where the one before never ran. */
  z.strictObject({
    type: z.literal("driver.reloaded"),
    device: Name,
    by: Actor,
    from: z.string().nullable(),
    to: z.string(),
  }),
  /** A calibration runs out soon, or has run out: `holds` says whether nothing new is started on the device then. */
  z.strictObject({ type: z.literal("calibration.due"), device: Name, reference: z.string(), expires }),
  z.strictObject({
    type: z.literal("calibration.expired"),
    device: Name,
    reference: z.string(),
    expires,
    holds: z.boolean(),
  }),
  /** The device has a new calibration, by its own operation in a run, or by a person's word. */
  z.strictObject({
    type: z.literal("device.calibrated"),
    device: Name,
    reference: z.string(),
    expires: expires.nullable(),
    by: Actor.nullable(),
    reason: z.string(),
    runId: Ulid.optional(),
  }),
  /** Campaigns before this one in this lab have counted so far: the count goes on from there. */
  z.strictObject({
    type: z.literal("maintenance.carried"),
    device: Name,
    name: Name,
    acts: z.number().int().min(0),
    since: z.number(),
  }),
  /** A maintenance is due soon, or is due: `holds` says whether nothing new is started on the device then. */
  z.strictObject({ type: z.literal("maintenance.near"), device: Name, name: Name, message: z.string() }),
  z.strictObject({
    type: z.literal("maintenance.due"),
    device: Name,
    name: Name,
    message: z.string(),
    holds: z.boolean(),
  }),
  /** A maintenance was done, by the device's own operation in a run, or by a person's word: it is counted anew. */
  z.strictObject({
    type: z.literal("device.maintained"),
    device: Name,
    name: Name,
    by: Actor.nullable(),
    reason: z.string(),
    runId: Ulid.optional(),
  }),
  /** A run that is no experiment: a device is calibrated or maintained, or a control sample is made and measured. */
  z.strictObject({
    type: z.literal("upkeep.queued"),
    runId: Ulid,
    sampleId: Ulid,
    purpose: z.enum(["calibration", "maintenance", "control"]),
    /** Which maintenance it is that the run does. */
    maintenance: Name.optional(),
    parameters: Design,
    /** Roles that are bound from the beginning: the device to be calibrated or maintained. */
    bindings: z.record(z.string(), Name),
    plan: Plan,
    planDigest: Sha256,
    reason: z.string(),
  }),
  /** A control sample was measured: whether every reading kept its limits and rules, and in words how each stands. */
  z.strictObject({
    type: z.literal("control.judged"),
    runId: Ulid,
    isAccepted: z.boolean(),
    readings: z.array(
      z.strictObject({
        name: z.string(),
        value: z.number(),
        unit: z.string(),
        min: z.number().nullable(),
        max: z.number().nullable(),
        /** Where it was judged by a control chart, and the rules that it breaks there; `1-2s` alone only warns. */
        target: z.number().optional(),
        sigma: z.number().optional(),
        rules: z.array(z.string()).optional(),
        isAccepted: z.boolean(),
      }),
    ),
    message: z.string(),
  }),
] as const;
