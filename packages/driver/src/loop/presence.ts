import type { Bus, Will } from "@labloop/bus";
import type { Cancel, Clock, ClockAnchor, DeviceCaps, Health, Heartbeat, Log } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { DeviceStore } from "../store/device-store.ts";
import type { Local } from "../store/local.ts";
import { timestamp } from "./messages.ts";

/**
 * After a reconnect the broker may still have to find the old connection dead, at 1.5 times the keepalive of 5 s, and its
 * will then stands over the birth. The birth is said once more after that.
 */
const repeatBirthMs = 10_000;

export interface PresenceOptions {
  readonly deviceId: string;
  readonly bootId: string;
  readonly mode: "real" | "simulated";
  readonly anchor?: ClockAnchor;
  readonly store: DeviceStore;
  readonly linkClock: Clock;
  readonly bootAt: number;
  readonly log: Log;
  readonly caps: () => DeviceCaps;
  readonly runningIds: () => readonly string[];
  readonly local: () => Local | null;
  readonly clockOffsetMs: () => number | null;
  /** Why the device cannot work now; null when it can. */
  readonly degraded: () => string | null;
  /** What the driver knows of the instrument; null when it says nothing of it. */
  readonly health: () => Health | null;
  /** Called after every birth. */
  readonly onBorn: () => void;
}

/** What a device shows of itself: birth and death, capabilities, heartbeats. */
export interface Presence {
  /** Takes the next birth number and returns the death of the connection that is being made. */
  will(): Will<"state">;
  /** Takes the bus; announces on every connect once `open` was called. */
  attach(bus: Bus): void;
  /** Allows announcements, or repeats them, since the capabilities are known better now. */
  announce(): void;
  /** Resolves when the death is out, or cannot get out. */
  sayGoodbye(): Promise<void>;
  silence(): void;
}

/** Returns the presence of one driver start. */
export function createPresence(options: PresenceOptions): Presence {
  const { deviceId, bootId, mode, anchor, store, linkClock, bootAt, log, caps } = options;
  const { runningIds, local, clockOffsetMs, degraded, health, onBorn } = options;
  let bus: Bus | null = null;
  let isAllowed = false;
  let isSilent = false;
  let beats = 0;
  let cancelBeat: Cancel = () => {};
  let cancelRepeat: Cancel = () => {};
  const detach: Cancel[] = [];

  const state = (online: boolean): Will<"state">["payload"] => {
    const { journalId, bdSeq, jseq, fence } = store.head;
    const holder = local();
    return {
      v: 1,
      kind: "state",
      device: deviceId,
      issuedAt: timestamp(linkClock.now()),
      online,
      journalId,
      bootId,
      bdSeq,
      jseq,
      fence,
      capsHash: digestOf(caps()),
      mode,
      ...(anchor === undefined || anchor.kind === "real" ? {} : { clock: anchor }),
      ...(holder === null ? {} : { local: { by: holder.by, since: timestamp(holder.since) } }),
    };
  };

  const say = async (): Promise<boolean> => {
    if (bus === null || !bus.isUp || !isAllowed || isSilent) return false;
    try {
      const issuedAt = timestamp(linkClock.now());
      await bus.publish("caps", deviceId, { v: 1, kind: "caps", device: deviceId, issuedAt, caps: caps() });
      if (isSilent) return false;
      await bus.publish("state", deviceId, state(true));
      return !isSilent;
    } catch (error) {
      // The next connect announces again.
      log.warn({ error }, "the device could not announce itself");
      return false;
    }
  };

  const announce = () => {
    isAllowed = true;
    void say().then((isBorn) => {
      if (!isBorn) return;
      onBorn();
      beat();
      cancelRepeat();
      cancelRepeat = linkClock.at(linkClock.now() + repeatBirthMs, () => void say());
    });
  };

  const beat = () => {
    cancelBeat();
    if (bus === null || !bus.isUp || isSilent) return;
    const why = degraded();
    const condition = health();
    const offsetMs = clockOffsetMs();
    const heartbeat: Heartbeat = {
      v: 1,
      kind: "hb",
      device: deviceId,
      issuedAt: timestamp(linkClock.now()),
      bootId,
      n: beats++,
      tMono: linkClock.now() - bootAt,
      running: [...runningIds()],
      jseq: store.head.jseq,
      ...(why === null ? {} : { degraded: why }),
      ...(condition === null ? {} : { health: condition }),
      ...(store.head.stopId === 0 ? {} : { stopId: store.head.stopId }),
      ...(offsetMs === null ? {} : { clockOffsetMs: offsetMs }),
    };
    bus
      .publish("heartbeat", deviceId, heartbeat)
      .catch((error: unknown) => log.debug({ error }, "a heartbeat did not get out"));
    cancelBeat = linkClock.at(linkClock.now() + caps().heartbeatMs, beat);
  };

  const silence = () => {
    isSilent = true;
    cancelBeat();
    cancelRepeat();
    for (const cancel of detach) cancel();
  };

  return {
    will() {
      if (!isSilent) {
        try {
          store.write({ isBirth: true });
        } catch (error) {
          log.error(
            { error },
            "the device journal cannot be written; this connection has the birth number of the last",
          );
        }
      }
      return { key: "state", name: deviceId, payload: state(false) };
    },
    attach(given) {
      bus = given;
      detach.push(
        given.onUp(() => {
          if (isAllowed) announce();
        }),
        given.onDown(() => {
          cancelBeat();
          cancelRepeat();
        }),
      );
      if (isAllowed) announce();
    },
    announce,
    async sayGoodbye() {
      const link = bus;
      const wasUp = link !== null && link.isUp && isAllowed;
      const death = state(false);
      silence();
      if (!wasUp) return;
      try {
        await link.publish("state", deviceId, death);
      } catch (error) {
        log.warn({ error }, "the goodbye did not get out; the will says it");
      }
    },
    silence,
  };
}
