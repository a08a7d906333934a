import * as z from "zod";
import { Actor } from "./actor.ts";
import { Resolution } from "./event/doubt-events.ts";
import { CommandId, Name } from "./ids.ts";
import { StepAnswer } from "./message/step-answer.ts";
import { Values } from "./quantity.ts";
import type { WaitingView } from "./view.ts";

/** What an operator, a person or an agent, may ask of a running campaign. */
export const OperatorCommand = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("campaign.pause"), by: Actor, reason: z.string().min(1) }),
  z.strictObject({ type: z.literal("campaign.resume"), by: Actor }),
  /** Finishes what runs and ends well. */
  z.strictObject({ type: z.literal("campaign.stop"), by: Actor, reason: z.string().min(1) }),
  /** Starts nothing more, clears parts away, and marks what was in flight as aborted. */
  z.strictObject({ type: z.literal("campaign.abort"), by: Actor }),
  /** Cuts every motion in the lab now, and pauses the campaign (E-STOP); no safety function. */
  z.strictObject({ type: z.literal("estop.raise"), by: Actor, reason: z.string().min(1) }),
  /** Lets devices be used again; nothing resumes by itself (S5). */
  z.strictObject({ type: z.literal("estop.clear"), by: Actor, reason: z.string().min(1) }),
  /**
   * Settles a command in doubt (contract section 11), with a name and a reason. `executed` needs the result, which is
   * checked as the device's own would be; `confirmedBy` is a second person, who differs from the first.
   */
  z.strictObject({
    type: z.literal("doubt.resolve"),
    commandId: CommandId,
    as: Resolution,
    result: Values.optional(),
    executed: Values.optional(),
    stopsRun: z.literal(true).optional(),
    by: Actor,
    confirmedBy: Actor.optional(),
    reason: z.string().min(1),
  }),
  /** Asks the device once more; settles only if what it finds is decisive. */
  z.strictObject({ type: z.literal("doubt.probe"), commandId: CommandId, by: Actor, reason: z.string().min(1) }),
  /** Lets a device be used again that was taken out of use. */
  z.strictObject({ type: z.literal("device.release"), device: Name, by: Actor, reason: z.string().min(1) }),
  /** Answers a step that a person was asked to do; the result is checked as a device's own would be. */
  z.strictObject({ type: z.literal("step.answer"), commandId: CommandId, answer: StepAnswer, by: Actor }),
  /** Says that a device was calibrated: its new reference, and until when it is valid. */
  z.strictObject({
    type: z.literal("device.calibrated"),
    device: Name,
    reference: z.string().min(1),
    expires: z.iso.date().nullable(),
    by: Actor,
    reason: z.string().min(1),
  }),
  /** Says that a maintenance of a device was done: it is counted anew. */
  z.strictObject({
    type: z.literal("device.maintained"),
    device: Name,
    /** Which: a request's `name` is that of who asks. */
    maintenance: Name,
    by: Actor,
    reason: z.string().min(1),
  }),
  /** Confirms that this journal is an older backup than its devices remember, and goes on above their fences. */
  z.strictObject({ type: z.literal("restore.confirm"), by: Actor, reason: z.string().min(1) }),
]);
export type OperatorCommand = z.infer<typeof OperatorCommand>;

/** The answer to an operator: taken and recorded, or refused with why. */
export type Receipt = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly reason: string };

/** Where operators' commands go; the engine is behind it, gateway and agents hold it. */
export interface OperatorDesk {
  submit(command: OperatorCommand): Receipt;
  /** Why each run that could go on does not, as of now. */
  explain(): WaitingView[];
}
