import * as z from "zod";

/** A name in topics: lab, device, cell. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "a name has lower-case letters, digits, - and _, at most 63 of them");
export type Name = z.infer<typeof Name>;

/** A ULID: campaign, run, step, proposal and sample ids. */
export const Ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
export type Ulid = z.infer<typeof Ulid>;

/** One attempt at a step: the step's ULID, a dot, and the attempt number from 1. */
export const CommandId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}\.[1-9][0-9]{0,3}$/);
export type CommandId = z.infer<typeof CommandId>;

/** A SHA-256 digest in lower-case hexadecimal. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export type Sha256 = z.infer<typeof Sha256>;

/** Returns the id of the n-th attempt (from 1) at a step. */
export function commandIdOf(stepId: string, attempt: number): CommandId {
  return `${stepId}.${attempt}`;
}

/** Returns the step that a command is an attempt at. */
export function stepIdOf(commandId: string): Ulid {
  return commandId.slice(0, 26);
}
