import type { OpenCommand } from "@labloop/contracts";
import { type CommandRecord, type EngineState, openCommands } from "../state.ts";

/** Returns a device's commands that are open or in doubt, oldest first. */
export function openCommandsOf(state: EngineState, device: string): CommandRecord[] {
  return openCommands(state)
    .filter((command) => command.device === device)
    .sort((a, b) => a.dseq - b.dseq);
}

/** Returns what `reconcile` asks a device about: what is open there, and what was settled before the device was done with it. */
export function unfinishedOf(state: EngineState, device: string): OpenCommand[] {
  const left = [...state.residues.values()].filter((residue) => residue.device === device);
  return [...openCommandsOf(state, device), ...left]
    .map(({ commandId, paramsHash, dseq }) => ({ commandId, paramsHash, dseq }))
    .sort((a, b) => a.dseq - b.dseq);
}
