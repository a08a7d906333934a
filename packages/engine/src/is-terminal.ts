import type { CommandState } from "@labloop/contracts";

/** Returns whether a device's word is its last one on a command: nothing more of it happens there. */
export function isTerminal(state: CommandState): boolean {
  return state !== "accepted" && state !== "started";
}
