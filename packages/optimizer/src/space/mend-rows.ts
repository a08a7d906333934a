import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import { excessOf, type Frame } from "./frame.ts";
import { type Row, shortfall, type Values } from "./rule.ts";

const ROUNDS = 60;
const MANY_STEPS = 4;

/**
 * Returns values that the axes can set, moved by as few and small steps as it takes to keep the rows; null when no such steps
 * were found. Axes that are `held` stay.
 *
 * Snapping leaves every part of a sum off by half a step at most. Steps go first to the part that snapping moved furthest
 * the other way (largest remainder); a part without a grid takes the rest, rounded as far as the sum allows. Where single
 * steps no longer help, two parts move together.
 */
export function mendRows(
  frame: Frame,
  wanted: Values,
  values: Values,
  held: ReadonlySet<number>,
): DesignValue[] | null {
  const mended = [...values];
  for (let round = 0; round < ROUNDS; round++) {
    const broken = frame.rules.find(({ row }) => row !== null && shortfall(row, mended) !== 0);
    if (broken?.row == null) return mended;
    const move = bestMove(frame, broken.row, wanted, mended, held);
    if (move === null) return null;
    for (const [axis, value] of move) mended[axis] = value;
  }
  return null;
}

type Move = readonly (readonly [axis: number, value: DesignValue])[];

function bestMove(frame: Frame, row: Row, wanted: Values, values: Values, held: ReadonlySet<number>): Move | null {
  const free = row.axes.flatMap((axis, i) => (held.has(axis) ? [] : [{ axis, weight: row.weights[i] as number }]));
  const missing = shortfall(row, values);
  const slackOf = (weight: number) => row.tolerance / Math.abs(weight);
  const singles = free.flatMap(({ axis, weight }) =>
    towards(frame.axes[axis] as Axis, values[axis] as number, missing / weight, slackOf(weight)).map(
      (value): Move => [[axis, value]],
    ),
  );
  const single = pick(frame, singles, wanted, values);
  if (single !== null) return single;
  const pairs = free.flatMap(({ axis, weight }) =>
    ([1, -1] as const).flatMap((direction) => {
      const own = (frame.axes[axis] as Axis).step(values[axis] as number, direction);
      if (own === values[axis]) return [];
      const left = missing - weight * ((own as number) - (values[axis] as number));
      return free
        .filter((other) => other.axis !== axis)
        .flatMap((other) =>
          towards(
            frame.axes[other.axis] as Axis,
            values[other.axis] as number,
            left / other.weight,
            slackOf(other.weight),
          ).map(
            (value): Move => [
              [axis, own],
              [other.axis, value],
            ],
          ),
        );
    }),
  );
  return pick(frame, pairs, wanted, values);
}

/**
 * Returns the value that a person would write down where it is within half of `slack` of one that can be set, else the one that can:
 * what a sum leaves for a part without a grid is 0.3, and not 0.30000000000000004.
 */
export function withoutDust(axis: Axis, value: number, slack: number): DesignValue {
  const exact = axis.snap(value);
  const rounded = axis.round(value);
  return Math.abs((rounded as number) - (exact as number)) <= slack / 2 ? rounded : exact;
}

/** The value to try in a direction: without a grid the one that is missing, else the next, and the nearest where that is many steps off. */
function towards(axis: Axis, value: number, by: number, slack: number): DesignValue[] {
  const exact = withoutDust(axis, value + by, slack);
  const next = axis.step(value, by > 0 ? 1 : -1);
  const far = next === value || Math.abs(by) > MANY_STEPS * Math.abs((next as number) - value);
  const chosen = far ? exact : next;
  return chosen === value ? [] : [chosen];
}

/** The move that leaves least broken, and among equal ones strays least from what was wanted; null when none helps. */
function pick(frame: Frame, moves: readonly Move[], wanted: Values, values: Values): Move | null {
  const now = excessOf(frame, values);
  let best: { move: Move; excess: number; strain: number } | null = null;
  for (const move of moves) {
    const next = [...values];
    for (const [axis, value] of move) next[axis] = value;
    const excess = excessOf(frame, next);
    if (!(excess < now - 1e-12)) continue;
    const strain = move.reduce(
      (sum, [axis, value]) => sum + strainOf(frame.axes[axis] as Axis, wanted[axis], value),
      0,
    );
    const tie = best !== null && Math.abs(excess - best.excess) <= 1e-12;
    if (best === null || (tie ? strain < best.strain : excess < best.excess)) best = { move, excess, strain };
  }
  return best?.move ?? null;
}

function strainOf(axis: Axis, wanted: DesignValue | undefined, value: DesignValue): number {
  const span = axis.range === null ? 1 : axis.range.max - axis.range.min || 1;
  const distance = ((value as number) - (wanted as number)) / span;
  return distance * distance;
}
