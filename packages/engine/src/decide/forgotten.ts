import type { LabEvent } from "@labloop/contracts";
import type { EngineState } from "../state.ts";
import { openCommandsOf } from "./open-commands.ts";

/** Returns that everything unfinished on a device that has lost its journal is in doubt, once (E9). */
export function forgotten(state: EngineState, device: string): LabEvent[] {
  const reason = `${device} has lost its journal, so nobody can tell whether this ran`;
  return openCommandsOf(state, device)
    .filter(({ doubt }) => doubt === null)
    .map(({ commandId }) => ({ type: "step.doubted", commandId, reason, evidence: {} }));
}
