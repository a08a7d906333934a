import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import type { Axis } from "./axis.ts";
import { drawSupport } from "./draw-support.ts";
import { type Frame, roundEach, snapEach } from "./frame.ts";
import { mendRows } from "./mend-rows.ts";
import { openPolytope, type Polytope } from "./polytope.ts";
import { snapValues } from "./snap-values.ts";

/**
 * Returns a design as the axes can set it, with the rows mended where they can be and as many axes 0 as it is asked for: axes without a row are at
 * `point`, one number in [0, 1) an axis, those under one walk within it. `polytopes` keeps the walks, by the axes that are not 0.
 */
export function drawOne(
  frame: Frame,
  point: Float64Array,
  polytopes: Map<string, Polytope | null>,
  random: Random,
): DesignValue[] {
  const { axes, rules } = frame;
  if (rules.length === 0) return axes.map((axis, index) => axis.fromUnit(point[index] as number));
  const { zero, nonZero } = drawSupport(frame, random);
  const wanted = axes.map((axis, index) => (zero.has(index) ? 0 : axis.fromUnit(point[index] as number)));
  for (const index of nonZero) wanted[index] = awayFromZero(axes[index] as Axis, wanted[index] as DesignValue);
  const rows = rules.flatMap(({ row }) => row ?? []);
  if (rows.length === 0) return snapEach(frame, wanted);

  const tied = [...new Set(rows.flatMap((row) => row.axes))].filter((index) => !zero.has(index)).sort((a, b) => a - b);
  const key = tied.join();
  if (!polytopes.has(key)) {
    const own = rows.map((row) => {
      const kept = row.axes.flatMap((axis, i) => (zero.has(axis) ? [] : [{ axis: tied.indexOf(axis), i }]));
      return { ...row, axes: kept.map(({ axis }) => axis), weights: kept.map(({ i }) => row.weights[i] as number) };
    });
    polytopes.set(
      key,
      openPolytope(
        tied.map((index) => axes[index] as Axis),
        own,
      ),
    );
  }
  const place = polytopes.get(key)?.next(random);
  if (place === undefined) return snapEach(frame, wanted);
  tied.forEach((index, i) => (wanted[index] = place[i] as number));
  const ruled = { axes, rules: rules.filter(({ row, support }) => row !== null || support !== null) };
  const mended = mendRows(ruled, wanted, roundEach(frame, wanted), zero);
  if (mended !== null) return mended;
  // Where rows share all their parts, what rounding takes from one row no single part can give back; on a grid nothing was rounded.
  const isRounded = tied.some((index) => (axes[index] as Axis).size === Number.POSITIVE_INFINITY);
  return (isRounded ? mendRows(ruled, wanted, snapEach(frame, wanted), zero) : null) ?? snapValues(frame, wanted);
}

function awayFromZero(axis: Axis, value: DesignValue): DesignValue {
  if (value !== 0) return value;
  const up = axis.step(0, 1);
  return up === 0 ? axis.step(0, -1) : up;
}
