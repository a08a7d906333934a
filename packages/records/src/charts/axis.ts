import { markup, type Markup } from "../markup.ts";

/** Maps values of a range onto positions in a drawing, both linear. */
export interface Scale {
  (value: number): number;
  readonly from: number;
  readonly to: number;
}

/** Returns the scale that takes `from` to `start` and `to` to `end`; an empty range is widened to one. */
export function scaleOf(from: number, to: number, start: number, end: number): Scale {
  const span = to > from ? to - from : 1;
  const scale = (value: number) => start + ((value - from) / span) * (end - start);
  return Object.assign(scale, { from, to: from + span });
}

/** Returns about `count` round values from `from` to `to`: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(from: number, to: number, count: number): number[] {
  const rough = (to - from) / Math.max(1, count);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  // Multiples of the step, rounded to its own digits, so that 0.1 + 0.2 never shows.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(15)),
  );
}

/** Returns a position in a drawing with two decimals, which is finer than any screen. */
export function place(position: number): string {
  return String(Number(position.toFixed(2)));
}

/** Returns a horizontal line with its value beside it, for each value of a vertical axis. */
export function gridLines(values: readonly number[], y: Scale, left: number, right: number): Markup {
  return markup`${values.map(
    (value) => markup`<line class="grid" x1="${left}" x2="${right}" y1="${place(y(value))}" y2="${place(y(value))}"/>
<text class="tick" x="${left - 8}" y="${place(y(value) + 4)}" text-anchor="end">${value}</text>
`,
  )}`;
}
