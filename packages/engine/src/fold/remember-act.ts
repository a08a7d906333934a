import type { LabEventOf } from "@labloop/contracts";
import type { ActRecord, EngineState, Moment } from "../state.ts";

/** Returns the acts that totals of the envelope count, with one more; those that no total reaches back to are dropped. */
export function rememberAct(
  { acts, campaign }: EngineState,
  { commandId, device, op, params }: LabEventOf<"step.intended">,
  { labAt }: Moment,
): readonly ActRecord[] {
  const window = campaign?.totalsOverMs ?? 0;
  if (window === 0) return acts;
  const reached = acts.filter((act) => act.labAt > labAt - window);
  return [...reached, { commandId, device, op, params, labAt }];
}

/** Returns the acts without one that is known to have moved nothing. */
export function forgetAct({ acts }: EngineState, commandId: string): readonly ActRecord[] {
  return acts.some((act) => act.commandId === commandId) ? acts.filter((act) => act.commandId !== commandId) : acts;
}
