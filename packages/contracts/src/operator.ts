import * as z from "zod";
import { Actor } from "./actor.ts";
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
