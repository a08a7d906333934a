import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import { type Frame, snapEach } from "./frame.ts";
import { mendRows } from "./mend-rows.ts";
import type { Values } from "./rule.ts";

/**
 * Returns the nearest values that can be set, the parts of every mixture together still making its total. Parts that are 0
 * stay 0 where they can, and what counts as 0 where others are counted becomes 0. Where no parts on the grid make the total, each value is merely the nearest of its own.
 */
export function snapValues(frame: Frame, values: Values): DesignValue[] {
  const snapped = withoutDust(frame, snapEach(frame, values));
  if (!frame.rules.some(({ mixture }) => mixture)) return snapped;
  const mixtures = frame.rules.filter(({ mixture }) => mixture);
  const rows: Frame = { axes: frame.axes, rules: mixtures };
  const zeros = new Set(mixtures.flatMap(({ row }) => row?.axes.filter((axis) => snapped[axis] === 0) ?? []));
  return mendRows(rows, values, snapped, zeros) ?? mendRows(rows, values, snapped, new Set()) ?? snapped;
}

/** An instrument that was asked for 0 may tell a little beside it, and whoever counts what is not 0 would count that. */
function withoutDust({ axes, rules }: Frame, values: DesignValue[]): DesignValue[] {
  for (const { support } of rules) {
    support?.axes.forEach((axis, i) => {
      const isDust = Math.abs(values[axis] as number) <= (support.dust[i] as number);
      if (isDust && (axes[axis] as Axis).snap(0) === 0) values[axis] = 0;
    });
  }
  return values;
}
