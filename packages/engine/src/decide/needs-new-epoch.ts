import type { EngineState } from "../state.ts";

/**
 * Returns whether a device may be asked under a new epoch only: it has shown in this one that its journal is another than
 * before. With its journal it has lost its fence, so copies of what it was sent until then could run again (E9).
 */
export function needsNewEpoch(state: EngineState, device: string): boolean {
  return state.devices.get(device)?.staleEpoch === state.epoch;
}
