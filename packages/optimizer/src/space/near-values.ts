import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import type { Frame } from "./frame.ts";
import { withoutDust } from "./mend-rows.ts";
import type { Row, Values } from "./rule.ts";
import { settleValues } from "./settle-values.ts";

// How often a part of a mixture hands over all it has, so that parts come and go.
const WHOLE_SHARE = 0.2;
// Of many axes about so many are moved at once.
const MOVED_AXES = 5;

/**
 * Returns a design near another, as the axes can set it: one or a few axes are moved by Gaussian steps of `radius` in the unit
 * cube, by one place on a grid or to another option; the parts of a mixture give to each other. Rows are mended; whether every
 * rule holds is for the caller to see, as is whether the design is new.
 */
export function nearValues(frame: Frame, values: Values, radius: number, random: Random): DesignValue[] {
  const { axes, rules } = frame;
  const near = [...values];
  const moves = 1 + (random.uniform() < 0.5 ? 0 : Math.floor(random.uniform() * Math.min(axes.length, 4)));
  for (let move = 0; move < moves; move++) {
    const index = Math.floor(random.uniform() * axes.length);
    const row = rules.find((rule) => rule.mixture && rule.row?.axes.includes(index))?.row ?? null;
    if (row === null) near[index] = moved(axes[index] as Axis, near[index] as DesignValue, radius, random);
    else exchange(frame, row, index, near, radius, random);
  }
  return settleValues(frame, near);
}

/**
 * Returns a design in a box around another, as the axes can set it: `sides` are its lengths in the unit cube, one an axis. Each axis
 * is moved with a probability of 5 over their number, at least one of them, to anywhere in the box; one that has no order to any of
 * its values; parts of a mixture give to each other. Rows are mended; whether every rule holds is for the caller to see.
 *
 * D. Eriksson et al., "Scalable global optimization via local Bayesian optimization", NeurIPS 32 (2019): moving all of many axes at
 * once hardly ever improves on the best.
 */
export function boxValues(frame: Frame, values: Values, sides: ArrayLike<number>, random: Random): DesignValue[] {
  const { axes, rules } = frame;
  const near = [...values];
  const share = MOVED_AXES / axes.length;
  const always = Math.floor(random.uniform() * axes.length);
  axes.forEach((axis, index) => {
    if (index !== always && random.uniform() >= share) return;
    const side = sides[index] as number;
    const row = rules.find((rule) => rule.mixture && rule.row?.axes.includes(index))?.row ?? null;
    if (row !== null) exchange(frame, row, index, near, 0.5 * side, random);
    else if (!axis.ordered) near[index] = axis.fromUnit(random.uniform());
    else
      near[index] = axis.fromUnit(
        within(axis.toUnit(near[index] as DesignValue) + side * axis.extent * (random.uniform() - 0.5)),
      );
  });
  return settleValues(frame, near);
}

function moved(axis: Axis, value: DesignValue, radius: number, random: Random): DesignValue {
  if (!axis.ordered) return axis.fromUnit(random.uniform());
  const unit = within(axis.toUnit(value) + radius * axis.extent * random.normal());
  const next = axis.fromUnit(unit);
  return next === value ? axis.step(value, random.uniform() < 0.5 ? 1 : -1) : next;
}

function within(unit: number): number {
  return Math.min(1, Math.max(0, unit));
}

/** Moves an amount from one part of a mixture to another, within the bounds of both. */
function exchange(frame: Frame, row: Row, from: number, values: DesignValue[], radius: number, random: Random): void {
  const others = row.axes.filter((axis) => axis !== from);
  const to = others[Math.floor(random.uniform() * others.length)] as number;
  const giver = frame.axes[from]?.range ?? { min: 0, max: 0 };
  const taker = frame.axes[to]?.range ?? { min: 0, max: 0 };
  const has = values[from] as number;
  const room = Math.min(has - giver.min, taker.max - (values[to] as number));
  const span = Math.min(row.max, giver.max - giver.min);
  const extent = frame.axes[from]?.extent ?? 1;
  const step = Math.abs(has - (frame.axes[from]?.step(has, -1) as number));
  const wanted =
    random.uniform() < WHOLE_SHARE ? room : Math.max(step, Math.abs(random.normal()) * radius * span * extent);
  const amount = Math.max(0, Math.min(room, wanted));
  const left = amount === room && room === has ? 0 : ((frame.axes[from] as Axis).round(has - amount) as number);
  values[from] = left;
  values[to] = withoutDust(frame.axes[to] as Axis, (values[to] as number) + has - left, row.tolerance);
}
