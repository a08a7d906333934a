import * as z from "zod";
import { Name } from "../ids.ts";

/** Facts about what keeps a lab safe besides commands; members of `LabEvent`. */
export const safetyEvents = [
  /** A condition on telemetry does not hold, or cannot be judged: stale and invalid readings trip, never satisfy (E15). */
  z.strictObject({
    type: z.literal("interlock.tripped"),
    interlock: z.string(),
    device: Name,
    channel: z.string(),
    why: z.enum(["value", "stale", "invalid", "missing"]),
    value: z.number().nullable(),
    unit: z.string().nullable(),
    message: z.string(),
  }),
  z.strictObject({
    type: z.literal("interlock.satisfied"),
    interlock: z.string(),
    value: z.number(),
    unit: z.string(),
    /** Whether what it held goes on by itself, because the lab file says so. */
    resumes: z.boolean(),
  }),
  /** An intent that the safety envelope does not allow: nothing was sent (E11). */
  z.strictObject({
    type: z.literal("envelope.violated"),
    device: Name,
    op: z.string(),
    /** Where it was found: in a plan, at the intent, or by the device. */
    at: z.enum(["plan", "intent", "device"]),
    runId: z.string().nullable(),
    /** The step that is not to be done so; absent where the whole plan is meant. */
    stepKey: z.string().optional(),
    /** Lab time, ms, from which a total has room again and the step may be tried anew; absent when nothing helps. */
    until: z.number().optional(),
    message: z.string(),
  }),
  /** Staff have taken the instrument (D19): while it is local nothing is sent to it (E16). */
  z.strictObject({
    type: z.literal("device.taken"),
    device: Name,
    by: z.string(),
    since: z.iso.datetime({ precision: 3 }),
  }),
  z.strictObject({ type: z.literal("device.returned"), device: Name }),
  /** Reports that could not be read were set aside (E14): how many since the last such fact, and the last reason. */
  z.strictObject({
    type: z.literal("device.unreadable"),
    device: Name,
    code: z.string(),
    message: z.string(),
    count: z.number().int().min(1),
  }),
] as const;
