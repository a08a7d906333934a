import type { EngineState } from "../state.ts";

/** Returns whether large results can be had from a device now: it is not away, and not in the hands of staff (E16). */
export function canFetchFrom(state: EngineState, device: string): boolean {
  const known = state.devices.get(device);
  return known?.local === null && known.chart.value !== "offline";
}
