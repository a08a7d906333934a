import type { LabEventOf } from "@labloop/contracts";
import type { EngineState, Moment } from "../state.ts";
import type { Folded } from "./folded.ts";

type SafetyEvent = LabEventOf<
  | "interlock.tripped"
  | "interlock.satisfied"
  | "envelope.violated"
  | "device.taken"
  | "device.returned"
  | "device.unreadable"
>;

/** Folds facts of safety. */
export function foldSafety(state: EngineState, _event: SafetyEvent, _at: Moment): Folded {
  return { state, effects: [] };
}
