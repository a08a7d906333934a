import type { CommandState } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";

/** Where a command's `requires` stand (D3): nothing is missing, it is worth waiting, or they cannot come true any more. */
export type Requirements =
  | { readonly kind: "met" }
  | { readonly kind: "waiting" }
  | { readonly kind: "impossible"; readonly message: string };

/**
 * Returns where the requirements stand by the journal; pure. A command that has not come yet is waited for, since messages
 * overtake each other.
 */
export function requirementsOf(
  requires: readonly { readonly commandId: string; readonly state: CommandState }[],
  find: (commandId: string) => CommandRecord | null,
): Requirements {
  let isWaiting = false;
  for (const { commandId, state } of requires) {
    const record = find(commandId);
    if (record?.state === state) continue;
    if (record !== null && !canBecome(record, state)) {
      return { kind: "impossible", message: `it requires ${commandId} to be ${state}, which is ${record.state}` };
    }
    isWaiting = true;
  }
  return { kind: isWaiting ? "waiting" : "met" };
}

/** Contract section 7: final states stay, and what has started was accepted before and never rejected or cancelled. */
function canBecome(record: CommandRecord, state: CommandState): boolean {
  if (record.settledAt !== null || state === "accepted" || state === "rejected") return false;
  return record.state === "accepted" || state !== "cancelled";
}
