import type { CommandRecord, EngineState } from "../state.ts";

/** Returns a device's commands that are open or in doubt, oldest first: what `reconcile` asks about. */
export function openCommandsOf(state: EngineState, device: string): CommandRecord[] {
  return [...state.runs.values()]
    .flatMap((run) => Object.values(run.steps))
    .filter((command) => command.device === device && command.outcome === null)
    .sort((a, b) => a.dseq - b.dseq);
}
