import type { LabEvent } from "@labloop/contracts";
import type { Effect } from "../effect.ts";

/**
 * What an input leads to: facts to append, and effects that need no new fact, such as acknowledging a report again.
 * Both are carried out only after the append.
 */
export interface Decision {
  readonly events: readonly LabEvent[];
  readonly effects: readonly Effect[];
}

export const nothing: Decision = { events: [], effects: [] };
