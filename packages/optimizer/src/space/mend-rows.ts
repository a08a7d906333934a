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
  const single = openChoice(frame, wanted, values);
  for (const { axis, weight } of free) {
    single.consider(
      axis,
      towards(frame.axes[axis] as Axis, values[axis] as number, missing / weight, slackOf(weight)),
      axis,
      null,
    );
  }
  const alone = single.best();
  if (alone !== null) return alone;
  const pair = openChoice(frame, wanted, values);
  for (const { axis, weight } of free) {
    for (const direction of [1, -1] as const) {
      const own = (frame.axes[axis] as Axis).step(values[axis] as number, direction);
      if (own === values[axis]) continue;
      const left = missing - weight * ((own as number) - (values[axis] as number));
      for (const other of free) {
        if (other.axis === axis) continue;
        const { axis: second } = other;
        const by = left / other.weight;
        const slack = slackOf(other.weight);
        pair.consider(axis, own, second, towards(frame.axes[second] as Axis, values[second] as number, by, slack));
      }
    }
  }
  return pair.best();
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

/**
 * The value to try in a direction: without a grid the one that is missing, else the next, and the nearest where that is many steps off;
 * null where there is no other.
 */
function towards(axis: Axis, value: number, by: number, slack: number): DesignValue | null {
  const next = axis.step(value, by > 0 ? 1 : -1);
  const far = next === value || Math.abs(by) > MANY_STEPS * Math.abs((next as number) - value);
  const chosen = far ? withoutDust(axis, value + by, slack) : next;
  return chosen === value ? null : chosen;
}

/** Of moves of one or two axes the one that leaves least broken, and among equal ones strays least from what was wanted. */
interface MoveChoice {
  /** Looks at one axis at a value and another at its own; null is no value, and the same axis twice is one. */
  consider(axis: number, value: DesignValue | null, other: number, otherValue: DesignValue | null): void;
  /** The best of them; null where none leaves less broken than before. */
  best(): Move | null;
}

function openChoice(frame: Frame, wanted: Values, values: Values): MoveChoice {
  const now = excessOf(frame, values);
  // Thousands of moves are looked at for one design: each is made here and taken back.
  const next = [...values];
  const strainAt = (axis: number, value: DesignValue) => strainOf(frame.axes[axis] as Axis, wanted[axis], value);
  let best: { move: Move; excess: number; strain: number } | null = null;
  return {
    consider(axis, value, other, otherValue) {
      const isOne = axis === other;
      if (value === null || (!isOne && otherValue === null)) return;
      next[axis] = value;
      if (!isOne) next[other] = otherValue as DesignValue;
      const excess = excessOf(frame, next);
      next[axis] = values[axis] as DesignValue;
      next[other] = values[other] as DesignValue;
      if (!(excess < now - 1e-12) || (best !== null && excess > best.excess + 1e-12)) return;
      const strain = strainAt(axis, value) + (isOne ? 0 : strainAt(other, otherValue as DesignValue));
      const tie = best !== null && Math.abs(excess - best.excess) <= 1e-12;
      if (best !== null && (tie ? strain >= best.strain : excess >= best.excess)) return;
      const first = [axis, value] as const;
      best = { move: isOne ? [first] : [first, [other, otherValue as DesignValue]], excess, strain };
    },
    best: () => best?.move ?? null,
  };
}

function strainOf(axis: Axis, wanted: DesignValue | undefined, value: DesignValue): number {
  const span = axis.range === null ? 1 : axis.range.max - axis.range.min || 1;
  const distance = ((value as number) - (wanted as number)) / span;
  return distance * distance;
}
