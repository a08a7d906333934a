import type { Reading } from "@labloop/contracts";
import type { Interlock } from "./interlock.ts";
import { numberIn } from "./judge-act.ts";

/** How an interlock stands. Instants are link time, ms since 1970. */
export interface Standing {
  /** `unknown` until the first reading; only `satisfied` lets anything start. */
  readonly is: "unknown" | "satisfied" | "tripped";
  /** Why it has tripped; null while it has not. */
  readonly why: "value" | "stale" | "invalid" | "missing" | null;
  /** The last valid reading, in the interlock's unit; null before the first. */
  readonly value: number | null;
  /** When the last valid reading that was heard had been read, or the watch began. */
  readonly heardAt: number;
  /** Since when, while it is tripped, every reading was good enough to clear it; null when the last was not. */
  readonly goodSince: number | null;
}

/** Returns how an interlock stands when its watch begins, before anything was heard. */
export function beginWatch(at: number, wasTripped: boolean): Standing {
  return {
    is: wasTripped ? "tripped" : "unknown",
    why: wasTripped ? "missing" : null,
    value: null,
    heardAt: at,
    goodSince: null,
  };
}

/**
 * Returns how an interlock stands after a reading (E15), which was read at `readAt` and heard at `at`. A reading that is
 * invalid, in a unit that measures something else, or staler than allowed when it comes, trips it. Once tripped, it is
 * satisfied again only by readings that have all been at or beyond the clearing value for the hold time, none of them invalid
 * and none staler than allowed.
 */
export function judgeReading(
  interlock: Interlock,
  before: Standing,
  reading: Pick<Reading, "value" | "unit" | "valid">,
  at: number,
  readAt = at,
): Standing {
  const standing = judgeSilence(interlock, before, at);
  const value = reading.valid ? numberIn({ value: reading.value, unit: reading.unit }, interlock.unit) : null;
  if (value === null) return { ...standing, is: "tripped", why: "invalid", goodSince: null };
  const heard = judgeSilence(interlock, { ...standing, value, heardAt: readAt }, at);
  if (!isWithin(interlock, value)) return { ...heard, is: "tripped", why: "value", goodSince: null };
  if (at - readAt >= interlock.staleAfterMs) return heard;
  if (standing.is !== "tripped") return { ...heard, is: "satisfied" };
  if (!isCleared(interlock, value)) return { ...heard, goodSince: null };
  const goodSince = standing.goodSince ?? readAt;
  if (readAt - goodSince < interlock.holdMs) return { ...heard, goodSince };
  return { ...heard, is: "satisfied", why: null, goodSince: null };
}

/** Returns how an interlock stands when nothing more was heard until now: silence trips it, and breaks a hold. */
export function judgeSilence({ staleAfterMs }: Interlock, standing: Standing, at: number): Standing {
  if (at - standing.heardAt < staleAfterMs) return standing;
  if (standing.is === "tripped") return standing.goodSince === null ? standing : { ...standing, goodSince: null };
  return { ...standing, is: "tripped", why: standing.value === null ? "missing" : "stale", goodSince: null };
}

/** Returns when silence has to be judged next; null when it can change nothing. */
export function silentAt({ staleAfterMs }: Interlock, { is, heardAt }: Standing): number | null {
  return is === "tripped" ? null : heardAt + staleAfterMs;
}

/** Returns in words why an interlock does not let anything start; null when it does. */
export function whyNot(
  { name, device, channel, unit: written, side, bound, clearsAt }: Interlock,
  standing: Standing,
): string | null {
  const unit = written === "1" ? "" : ` ${written}`;
  const has = `${channel} of ${device} has to be ${side} ${bound}${unit}`;
  if (standing.is === "satisfied") return null;
  if (standing.is === "unknown") return `interlock ${name}: ${has}, and no reading has come yet`;
  const again = clearsAt === bound ? "" : `; it clears at ${clearsAt}${unit}`;
  switch (standing.why) {
    case "value":
      return `interlock ${name}: ${has}, and is ${standing.value}${unit}${again}`;
    case "invalid":
      return `interlock ${name}: ${has}, and the device calls its reading invalid${again}`;
    case "stale":
      return `interlock ${name}: ${has}, and its readings have stopped or come too late${again}`;
    default:
      return `interlock ${name}: ${has}, and no reading comes${again}`;
  }
}

function isWithin({ side, bound }: Interlock, value: number): boolean {
  return side === "below" ? value < bound : value > bound;
}

function isCleared({ side, clearsAt }: Interlock, value: number): boolean {
  return side === "below" ? value <= clearsAt : value >= clearsAt;
}
