import { createRealClock, createScaledClock, createVirtualClock, type VirtualClock, wallNow } from "@labloop/clock";
import type { Clock, ClockAnchor } from "@labloop/contracts";
import type { FolderHistory } from "../data-folder.ts";

/** How much faster than life a simulated lab runs by default: the demo campaign then takes about half a minute. */
export const defaultScale = 1_600;

/** The clocks of one process. */
export interface Time {
  readonly anchor: ClockAnchor;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  /** The virtual clock, to be run by whoever waits; null where time passes by itself. */
  readonly virtual: VirtualClock | null;
}

/** Where an all-virtual campaign begins: a fixed instant, so that equal seeds give equal stamps. */
const virtualStart = Date.UTC(2026, 0, 1);

/**
 * Returns the clocks of a process. A resumed campaign keeps its anchor, so that the lab has gone on while nobody ran it; a
 * lab that runs in another process has one already, which is `wanted`;
 * virtual time goes on from the last instant that anybody has recorded: engine, devices and world commit apart, and each
 * may be ahead of the others when the process dies.
 */
export function openTime(
  wanted: { readonly kind: ClockAnchor["kind"]; readonly scale: number; readonly anchor?: ClockAnchor | null },
  history: FolderHistory | null,
  lastElsewhereAt: number,
): Time {
  if (wanted.kind === "virtual") {
    const start = Math.max(virtualStart, history?.lastLabAt ?? 0, lastElsewhereAt);
    const virtual = createVirtualClock(start);
    const anchor = history?.anchor ?? { kind: "virtual", scale: 1, labAt: start, wallAt: start };
    return { anchor, labClock: virtual, linkClock: virtual, virtual };
  }
  const linkClock = createRealClock();
  if (wanted.kind === "real") {
    const now = linkClock.now();
    const anchor = history?.anchor ?? { kind: "real", scale: 1, labAt: now, wallAt: now };
    return { anchor, labClock: linkClock, linkClock, virtual: null };
  }
  const wallAt = wallNow();
  const anchor = history?.anchor ?? wanted.anchor ?? { kind: "scaled", scale: wanted.scale, labAt: wallAt, wallAt };
  return { anchor, labClock: createScaledClock(anchor), linkClock, virtual: null };
}
