import type { Effect } from "../effect.ts";
import type { EngineState } from "../state.ts";

/** The state after an event, and the effects that it calls for. */
export interface Folded {
  readonly state: EngineState;
  readonly effects: readonly Effect[];
}
