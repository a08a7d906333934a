import { log } from "../special-functions/log.ts";

/** Returns the logarithm of the gain per hour of instrument time; `hours` is positive. */
export function gainPerHour(logGain: number, hours: number): number {
  return logGain - log(hours);
}
