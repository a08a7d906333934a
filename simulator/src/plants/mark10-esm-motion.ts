/** One motion of the crosshead, as stored: where it has got to follows from the time alone. Lengths in mm, up positive. */
export interface Motion {
  readonly kind: "cycle" | "down" | "up";
  readonly startedAt: number;
  readonly from: number;
  /** The upper limit of a cycle, the goal of a motion up. */
  readonly top: number;
  /** The lower limit of a cycle, the goal of a motion down. */
  readonly bottom: number;
  readonly mmPerMs: number;
  /** How many cycles the sequence has; 0 for a plain motion. */
  readonly cycles: number;
  /** When somebody stopped it half-way; null while nobody did. */
  readonly stoppedAt: number | null;
}

interface Place {
  readonly mm: number;
  readonly going: "up" | "down" | "stopped";
  /** Completed cycles of this sequence: a cycle is complete once the crosshead is back at the top. */
  readonly cycles: number;
}

/** Returns where the crosshead is at a time, which way it goes, and how many cycles are behind it. */
export function placeAt(motion: Motion, time: number): Place {
  const { startedAt, stoppedAt } = motion;
  if (stoppedAt === null || time < stoppedAt) return undisturbed(motion, time - startedAt);
  return { ...undisturbed(motion, stoppedAt - startedAt), going: "stopped" };
}

/** How long the first way down lasts, in ms; 0 for a motion up. */
export function firstStrokeMs({ kind, from, bottom, mmPerMs }: Motion): number {
  return kind === "up" ? 0 : (from - bottom) / mmPerMs;
}

function undisturbed(motion: Motion, elapsedMs: number): Place {
  const { kind, from, top, bottom, mmPerMs } = motion;
  if (kind === "up") {
    const mm = Math.min(top, from + elapsedMs * mmPerMs);
    return { mm, going: mm < top ? "up" : "stopped", cycles: 0 };
  }
  const downMs = firstStrokeMs(motion);
  if (elapsedMs < downMs) return { mm: from - elapsedMs * mmPerMs, going: "down", cycles: 0 };
  if (kind === "down") return { mm: bottom, going: "stopped", cycles: 0 };
  // After the first stroke the crosshead is at the bottom; up, down, up … follow, each over the whole span.
  const spanMs = (top - bottom) / mmPerMs;
  const sinceBottomMs = elapsedMs - downMs;
  const cycles = Math.floor((sinceBottomMs + spanMs) / (2 * spanMs));
  if (cycles >= motion.cycles) return { mm: top, going: "stopped", cycles: motion.cycles };
  const inCycleMs = sinceBottomMs % (2 * spanMs);
  if (inCycleMs < spanMs) return { mm: bottom + inCycleMs * mmPerMs, going: "up", cycles };
  return { mm: top - (inCycleMs - spanMs) * mmPerMs, going: "down", cycles };
}
