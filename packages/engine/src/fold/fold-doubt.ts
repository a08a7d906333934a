import type { LabEventOf } from "@labloop/contracts";
import type { EngineState, Moment } from "../state.ts";
import type { Folded } from "./folded.ts";

type DoubtEvent = LabEventOf<
  | "step.probing"
  | "step.probed"
  | "step.resolved"
  | "step.contradicted"
  | "step.hanging"
  | "step.provisional"
  | "sample.suspected"
  | "device.orphanFound"
  | "device.released"
  | "device.fenceAbove"
  | "engine.restoreConfirmed"
>;

/** Folds facts of doubt. */
export function foldDoubt(state: EngineState, _event: DoubtEvent, _at: Moment): Folded {
  return { state, effects: [] };
}
