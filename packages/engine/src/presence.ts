import { createLiveness, type Liveness } from "@labloop/bus";
import type { Clock, Heartbeat } from "@labloop/contracts";
import { type Decision } from "./decide/decision.ts";
import { onPulse } from "./decide/on-presence.ts";
import type { EngineState } from "./state.ts";

/** The period of a device that has not announced another one, ms (contract section 3). */
const usualHeartbeatMs = 1_000;

/** Watches the heartbeats of every device that has announced itself; what they tell is journaled nowhere but as its changes. */
export interface Presence {
  /** Devices whose last heartbeat said that they cannot work now. */
  readonly degraded: ReadonlySet<string>;
  /** A sign of life that is not a heartbeat: a birth, or what a device announces of itself. */
  expect(device: string, heartbeatMs?: number): void;
  beat(heartbeat: Heartbeat): void;
  stop(): void;
}

interface Pulse {
  readonly heartbeatMs: number;
  readonly liveness: Liveness;
}

/** Returns a watch over all devices; `take` gets the decisions that follow. */
export function createPresence(options: {
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  readonly take: (input: (state: EngineState) => Decision) => void;
}): Presence {
  const { linkClock, state, take } = options;
  const pulses = new Map<string, Pulse>();
  const degraded = new Set<string>();

  function watch(device: string, heartbeatMs: number): void {
    const pulse = pulses.get(device);
    if (pulse?.heartbeatMs === heartbeatMs) {
      pulse.liveness.beat();
      return;
    }
    pulse?.liveness.stop();
    const changed = (as: "suspect" | "lost") => () => take((current) => onPulse(current, device, as));
    const onChange = { onSuspect: changed("suspect"), onLost: changed("lost") };
    pulses.set(device, { heartbeatMs, liveness: createLiveness({ linkClock, heartbeatMs, ...onChange }) });
  }

  const periodOf = (device: string) => state().devices.get(device)?.caps?.heartbeatMs ?? usualHeartbeatMs;

  return {
    degraded,
    expect: (device, heartbeatMs = periodOf(device)) => watch(device, heartbeatMs),
    beat({ device, bootId, degraded: why }) {
      const known = state().devices.get(device);
      const isKnown = known !== undefined && known.bootId !== null;
      if (isKnown && known.bootId !== bootId) {
        take((current) => onPulse(current, device, "restarted"));
        return;
      }
      const wasDegraded = degraded.has(device);
      if (why === undefined) degraded.delete(device);
      else degraded.add(device);
      // Its birth may have come in just now, and be decided on in the turn to come.
      if (!isKnown) return;
      watch(device, periodOf(device));
      const isSilent = known.chart.value === "suspect" || known.chart.value === "offline";
      if (isSilent || wasDegraded !== degraded.has(device)) take((current) => onPulse(current, device, "alive"));
    },
    stop() {
      for (const { liveness } of pulses.values()) liveness.stop();
      pulses.clear();
    },
  };
}
