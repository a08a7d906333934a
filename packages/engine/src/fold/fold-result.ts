import { LabError, type LabEventOf, type ResultRef } from "@labloop/contracts";
import type { AwaitedResult, EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";
import { replace } from "./step-state.ts";

/** Returns the state in which a command's result is still to be fetched from its device. */
export function awaitResult(
  state: EngineState,
  { commandId, device }: Pick<AwaitedResult, "commandId" | "device">,
  { sha256, size }: ResultRef,
  fills: AwaitedResult["fills"],
): EngineState {
  const awaited = { commandId, device, fills, sha256, size };
  return { ...state, awaited: new Map(state.awaited).set(commandId, awaited) };
}

/** Folds that a large result has arrived: the run has it, or it stands beside a person's word, and only now the device is told to forget it (E4). */
export function foldResult(
  state: EngineState,
  { commandId, result, problem }: LabEventOf<"step.resultFetched">,
): Folded {
  const expected = state.awaited.get(commandId);
  if (expected === undefined) {
    throw new LabError("journal.impossible", `a result of ${commandId} was fetched that nobody waited for`);
  }
  const { device, fills } = expected;
  const awaited = new Map(state.awaited);
  awaited.delete(commandId);
  const next: EngineState = { ...state, awaited };
  const command = fills === null ? undefined : state.runs.get(fills.runId)?.steps[fills.stepKey];
  const isThere = command?.commandId === commandId && command.outcome?.state === "succeeded";
  const { executed } = isThere && command.outcome?.state === "succeeded" ? command.outcome : { executed: {} };
  const told = problem === undefined ? {} : { problem };
  const outcome = { state: "succeeded", result, executed, ...told } as const;
  const filled = isThere ? replace(next, { ...command, outcome }) : next;
  return { state: filled, effects: [{ type: "acknowledge", device, commandId }] };
}
