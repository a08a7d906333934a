import { StableState } from "@labloop/contracts";

const stable: ReadonlySet<string> = new Set(StableState.options);

/** Returns whether a state is a device's last word on a command; asked of every message, so no schema is run. */
export function isStable(state: string): boolean {
  return stable.has(state);
}
