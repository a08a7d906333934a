import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import type { Frame } from "./frame.ts";
import { mendRows } from "./mend-rows.ts";
import type { Row, Values } from "./rule.ts";
import { snapValues } from "./snap-values.ts";

// How often a part of a mixture hands over all it has, so that parts come and go.
const WHOLE_SHARE = 0.2;

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
  const snapped = snapValues(frame, near);
  const ruled = { axes, rules: rules.filter((rule) => rule.row !== null || rule.support !== null) };
  if (!ruled.rules.some((rule) => rule.excess(snapped) > 0)) return snapped;
  const zeros = new Set(
    ruled.rules.flatMap(({ support }) => support?.axes.filter((axis) => snapped[axis] === 0) ?? []),
  );
  return mendRows(ruled, near, snapped, zeros) ?? snapped;
}

function moved(axis: Axis, value: DesignValue, radius: number, random: Random): DesignValue {
  if (!axis.ordered) return axis.fromUnit(random.uniform());
  const unit = Math.min(1, Math.max(0, axis.toUnit(value) + radius * random.normal()));
  const next = axis.fromUnit(unit);
  return next === value ? axis.step(value, random.uniform() < 0.5 ? 1 : -1) : next;
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
  const step = Math.abs(has - (frame.axes[from]?.step(has, -1) as number));
  const wanted = random.uniform() < WHOLE_SHARE ? room : Math.max(step, Math.abs(random.normal()) * radius * span);
  const amount = Math.max(0, Math.min(room, wanted));
  values[from] = amount === room && room === has ? 0 : has - amount;
  values[to] = (values[to] as number) + amount;
}
