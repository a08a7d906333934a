import type { DesignValue } from "@labloop/contracts";
import type { Axis } from "./axis.ts";
import type { Values } from "./rule.ts";

// Of a feature's scale: where designs lie nearer to each other, a model takes all of them for nearly one.
const NARROW = 0.2;
// What is narrower is rounding.
const ROUNDING = 1e-9;

/**
 * Returns the axes with features and steps to what is near on the scale of what rules leave of them, as the designs show it, where that
 * is less than a fifth; `designs` can be made and are spread over the space, with a value per axis.
 *
 * Rules may leave a corner of the box that bounds span, and a blend a few thousandths of one part. How far readings tell of each other
 * is believed to be about the scale of the features before anything was read: on that of the box the corner would be one place.
 */
export function narrowAxes(axes: readonly Axis[], designs: readonly Values[]): readonly Axis[] {
  return axes.map((axis, index) =>
    axis.range === null || axis.width !== 1
      ? axis
      : narrowAxis(
          axis,
          designs.map((values) => values[index] as DesignValue),
        ),
  );
}

function narrowAxis(axis: Axis, values: readonly DesignValue[]): Axis {
  const place = new Float64Array(1);
  const features = values.map((value) => {
    axis.encode(value, place, 0);
    return place[0] as number;
  });
  const units = values.map((value) => axis.toUnit(value));
  const lowest = Math.min(...features);
  const span = Math.max(...features) - lowest;
  if (!(span < NARROW && span > ROUNDING)) return axis;
  return {
    ...axis,
    extent: Math.max(...units) - Math.min(...units),
    encode(value, encoded, at) {
      axis.encode(value, encoded, at);
      encoded[at] = ((encoded[at] as number) - lowest) / span;
    },
  };
}
