import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import type { Frame } from "./frame.ts";

// A mixture's best blends often lack some parts altogether, where a walk within it never comes.
const FACE_SHARE = 0.25;

/** Which axes are 0 in a design to be drawn, and which must not be. */
export interface DrawnSupport {
  readonly zero: ReadonlySet<number>;
  readonly nonZero: ReadonlySet<number>;
}

/**
 * Returns a random choice of axes to be 0: as many as each cardinality rule asks, each number and each choice equally likely,
 * and for one mixture in four some of its parts. Where rules overlap, the outcome may break one of them.
 */
export function drawSupport({ axes, rules }: Frame, random: Random): DrawnSupport {
  const zero = new Set<number>();
  const nonZero = new Set<number>();
  for (const { row, support, mixture } of rules) {
    const face = support === null && mixture && row !== null && random.uniform() < FACE_SHARE;
    const chosen = support ?? (face ? { axes: row.axes, atLeast: 1, atMost: row.axes.length } : null);
    if (chosen === null) continue;
    const movable = chosen.axes.filter((axis) => canBeZero(axes[axis] as Axis) && !nonZero.has(axis));
    const already = movable.filter((axis) => zero.has(axis)).length;
    const bound = chosen.axes.length - movable.length;
    const least = Math.max(chosen.atLeast, bound);
    const most = Math.max(least, Math.min(chosen.atMost, chosen.axes.length - already));
    const size = least + Math.floor(random.uniform() * (most - least + 1));
    const open = shuffle(
      movable.filter((axis) => !zero.has(axis)),
      random,
    );
    const kept = new Set(open.slice(0, Math.max(0, size - bound)));
    for (const axis of open) if (!kept.has(axis)) zero.add(axis);
    if (chosen.atLeast > 0 && support !== null) for (const axis of kept) nonZero.add(axis);
  }
  return { zero, nonZero };
}

/** Returns the entries of a list in a random order. */
export function shuffle<T>(list: readonly T[], random: Random): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}

function canBeZero(axis: Axis): boolean {
  return axis.range !== null && axis.snap(0) === 0;
}
