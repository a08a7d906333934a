import type { Cancel, Clock, Heartbeat, Telemetry } from "@labloop/contracts";
import {
  beginWatch,
  type Interlock,
  judgeReading,
  judgeSilence,
  silentAt,
  type Standing,
  whyNot,
} from "@labloop/protocol";
import { type Decision, nothing } from "./decide/decision.ts";
import { onInterlock, onOwnInterlocks } from "./decide/on-interlock.ts";
import { createDeviceClocks } from "./device-clocks.ts";
import type { EngineState } from "./state.ts";

interface Watched {
  readonly interlock: Interlock;
  standing: Standing;
  /** The boot and number of the last reading taken: what comes again, or late, is no news. */
  last: { readonly bootId: string; readonly n: number } | null;
  cancel: Cancel;
}

/** Watches the telemetry that interlocks read. Values are journaled nowhere, only what follows from them. */
export interface InterlockWatch {
  hear(telemetry: Telemetry): void;
  /** What devices say of their own interlocks. */
  beat(heartbeat: Heartbeat): void;
  /** Why nothing new is started on each device that is held; devices that are not held are absent. */
  suspended(): ReadonlyMap<string, string>;
  stop(): void;
}

/** Returns the watch over all interlocks of a lab; what was tripped when the last engine ended still is. */
export function watchInterlocks(options: {
  readonly interlocks: readonly Interlock[];
  readonly devices: readonly string[];
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  readonly take: (input: (state: EngineState) => Decision) => void;
}): InterlockWatch {
  const { interlocks, devices, linkClock, state, take } = options;
  const clocks = createDeviceClocks();
  const watched = interlocks.map((interlock): Watched => {
    const wasTripped = state().interlocks.get(interlock.name)?.isTripped === true;
    return { interlock, standing: beginWatch(linkClock.now(), wasTripped), last: null, cancel: () => undefined };
  });

  function become(each: Watched, standing: Standing): void {
    const hasChanged = each.standing.is !== standing.is;
    each.standing = standing;
    each.cancel();
    const at = silentAt(each.interlock, standing);
    if (at !== null) {
      each.cancel = linkClock.at(at, () => become(each, judgeSilence(each.interlock, each.standing, linkClock.now())));
    }
    if (hasChanged) take((current) => onInterlock(current, each.interlock, each.standing, interlocks));
  }

  for (const each of watched) become(each, each.standing);

  return {
    hear({ device, bootId, readings }) {
      if (state().devices.get(device)?.bootId !== bootId) return;
      for (const each of watched.filter(({ interlock }) => interlock.device === device)) {
        for (const reading of readings) {
          const isRepeated = each.last?.bootId === bootId && reading.n <= each.last.n;
          if (reading.channel !== each.interlock.channel || isRepeated) continue;
          each.last = { bootId, n: reading.n };
          const now = linkClock.now();
          clocks.heard(device, bootId, reading.tMono, now);
          const readAt = now - clocks.ageMs(device, bootId, reading.tMono, now);
          become(each, judgeReading(each.interlock, each.standing, reading, now, readAt));
        }
      }
    },
    beat({ device, bootId, tMono, interlocks: own }) {
      const isKnown = state().devices.get(device)?.bootId === bootId;
      if (isKnown) clocks.heard(device, bootId, tMono, linkClock.now());
      if (own === undefined) return;
      // Every heartbeat says so again: only what changes is decided on.
      if (isKnown && onOwnInterlocks(state(), device, own) === nothing) return;
      // Its birth may have come in just now, and be decided on in the same turn.
      take((current) =>
        current.devices.get(device)?.bootId === bootId ? onOwnInterlocks(current, device, own) : nothing,
      );
    },
    suspended() {
      const held = new Map<string, string>();
      for (const { interlock, standing } of watched) {
        const why = whyNot(interlock, standing);
        if (why === null) continue;
        for (const device of interlock.holds ?? devices) if (!held.has(device)) held.set(device, why);
      }
      return held;
    },
    stop() {
      for (const { cancel } of watched) cancel();
    },
  };
}
