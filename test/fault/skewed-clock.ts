import { randomStream } from "@labloop/clock";
import type { Clock } from "@labloop/contracts";
import { type Scene, startAt } from "./scene.ts";

/** Returns a device's own clock, which is off and drifts as the seed has it; `leap` ms are added to it. */
export function skewedClock({ seed, mix, clock }: Scene, device: string, leap: () => number): Clock {
  const drift = 1 + ((randomStream(seed, device, "drift")() * 2 - 1) * mix.driftPpm) / 1e6;
  const base = (randomStream(seed, device, "skew")() * 2 - 1) * mix.skewMs;
  const offset = () => base + leap();
  return {
    now: () => Math.floor(startAt + (clock.now() - startAt) * drift + offset() + 1e-6),
    at: (time, fire) => clock.at(Math.ceil(startAt + (time - startAt - offset()) / drift), fire),
  };
}
