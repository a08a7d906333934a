import * as z from "zod";

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
