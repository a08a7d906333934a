import type { ControlView } from "../feed/watched.ts";

/** A level line of a control chart, and how it is drawn. */
interface Level {
  readonly value: number;
  readonly kind: "target" | "deviation" | "limit";
  /** As `+2 s`; a plain limit has none. */
  readonly label: string;
}

/** Where a control chart's levels and values are drawn. */
export interface ChartScale {
  readonly levels: readonly Level[];
  /** The share of the height, from the top, at which a value stands. */
  readonly y: (value: number) => number;
}

/** Returns the levels of a control chart and a scale that shows all of them and every value, with a little room around. */
export function chartScale({ target, sigma, min, max, points }: ControlView): ChartScale {
  const levels: Level[] = [
    ...(target === null || sigma === null ? [] : charted(target, sigma)),
    ...[min, max].flatMap((value): Level[] => (value === null ? [] : [{ value, kind: "limit", label: "" }])),
  ];
  const shown = [...levels, ...points].map(({ value }) => value);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const span = high - low;
  // Of values that are all but equal a share may be lost in rounding.
  const least = 4 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
  const room = span > 0 ? Math.max(span * 0.08, least) || span : Math.abs(high) * 0.05 || 1;
  const [bottom, top] = [low - room, high + room];
  return { levels, y: (value) => (top - value) / (top - bottom) };
}

function charted(target: number, sigma: number): Level[] {
  return [3, 2, 1, 0, -1, -2, -3].map((n) => ({
    value: target + n * sigma,
    kind: n === 0 ? "target" : "deviation",
    label: n === 0 ? "" : `${n > 0 ? "+" : "−"}${Math.abs(n)} s`,
  }));
}
