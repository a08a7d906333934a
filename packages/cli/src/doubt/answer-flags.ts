import { type Actor, LabError } from "@labloop/contracts";

/** Who says something, and why: both stand in the journal for good. */
export interface AnswerFlags {
  readonly by: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** Returns who a flag names. Throws `usage.noName`. */
export function person(flag: string, name: string): Actor {
  const trimmed = name.trim();
  if (trimmed === "") throw new LabError("usage.noName", `${flag} names nobody`);
  return { kind: "operator", name: trimmed };
}

/** Returns the reason given. Throws `usage.noReason`. */
export function reasonOf(reason: string): string {
  const trimmed = reason.trim();
  if (trimmed === "") throw new LabError("usage.noReason", "--reason says nothing");
  return trimmed;
}
