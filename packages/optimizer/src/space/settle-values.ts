import type { DesignValue } from "@labloop/contracts";
import type { Frame } from "./frame.ts";
import { mendRows } from "./mend-rows.ts";
import type { Values } from "./rule.ts";
import { snapValues } from "./snap-values.ts";

/** Returns the values as the axes can set them, with the rows mended where they can be; expressions may still be broken. */
export function settleValues(frame: Frame, values: Values): DesignValue[] {
  const { axes, rules } = frame;
  const snapped = snapValues(frame, values);
  if (rules.length === 0) return snapped;
  const ruled = { axes, rules: rules.filter((rule) => rule.row !== null || rule.support !== null) };
  if (!ruled.rules.some((rule) => rule.excess(snapped) > 0)) return snapped;
  const zeros = new Set(
    ruled.rules.flatMap(({ support }) => support?.axes.filter((axis) => snapped[axis] === 0) ?? []),
  );
  return mendRows(ruled, values, snapped, zeros) ?? snapped;
}
