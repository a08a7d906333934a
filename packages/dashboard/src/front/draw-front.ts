import type { ExperimentView, FrontPoint, JointObjective } from "@labloop/contracts";

/** The part of a drawing that values stand in, in px. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One dot: an experiment's two readings. */
export interface MeasuredDot {
  readonly number: number;
  readonly across: number;
  readonly up: number;
  readonly x: number;
  readonly y: number;
  /** Whether it breaks a bound, and so is of no use. */
  readonly isOutside: boolean;
}

/** One design on the front: where it is believed to stand, and how far that may be off. */
export interface FrontMark {
  readonly point: FrontPoint;
  readonly x: number;
  readonly y: number;
  readonly xs: readonly [number, number];
  readonly ys: readonly [number, number];
}

/** Everything that the chart of a front draws. */
export interface FrontDrawing {
  readonly dots: readonly MeasuredDot[];
  readonly marks: readonly FrontMark[];
  /** How many dots lie outside the part that is drawn. */
  readonly beyond: number;
  /** Along the front, as the path of a line; empty where more objectives than these two decide who is on it. */
  readonly line: string;
  readonly ticks: { readonly across: readonly Tick[]; readonly up: readonly Tick[] };
  readonly targets: { readonly across: number | null; readonly up: number | null };
}

interface Tick {
  readonly value: number;
  readonly at: number;
}

/** Returns where everything stands in the chart of two objectives; `isWhole` says that there are no others than these. */
export function drawFront(
  {
    experiments,
    front,
    across,
    up,
    isWhole,
    isNear,
  }: {
    readonly experiments: readonly ExperimentView[];
    readonly front: readonly FrontPoint[];
    readonly across: JointObjective;
    readonly up: JointObjective;
    readonly isWhole: boolean;
    /** Whether only the part around the front is drawn, with what was measured there. */
    readonly isNear: boolean;
  },
  frame: Frame,
): FrontDrawing {
  const read = experiments.flatMap(({ number, values, outOfBounds }) => {
    const [a, u] = [values?.[across.name]?.value, values?.[up.name]?.value];
    return a === undefined || u === undefined
      ? []
      : [{ number, across: a, up: u, isOutside: outOfBounds !== undefined }];
  });
  const believed = front.flatMap((point) => {
    const [a, u] = [point.values[across.name], point.values[up.name]];
    return a === undefined || u === undefined ? [] : [{ point, a, u }];
  });
  const seen = isNear && believed.length > 0 ? [] : read;
  const room = seen === read ? 0.06 : 0.35;
  const x = scaleOver(
    [...seen.map((one) => one.across), ...believed.flatMap(({ a }) => [a.value, ...a.interval90])],
    across.target,
    [frame.left, frame.right],
    room,
  );
  const y = scaleOver(
    [...seen.map((one) => one.up), ...believed.flatMap(({ u }) => [u.value, ...u.interval90])],
    up.target,
    [frame.bottom, frame.top],
    room,
  );
  const dots = read
    .map((one) => ({ ...one, x: x.at(one.across), y: y.at(one.up) }))
    .filter((dot) => isWithin(dot, frame));
  const marks = believed.map(
    ({ point, a, u }): FrontMark => ({
      point,
      x: x.at(a.value),
      y: y.at(u.value),
      xs: [x.at(a.interval90[0]), x.at(a.interval90[1])],
      ys: [y.at(u.interval90[0]), y.at(u.interval90[1])],
    }),
  );
  return {
    dots,
    beyond: read.length - dots.length,
    marks,
    line: isWhole ? stairsOf(marks, across) : "",
    ticks: {
      across: x.ticks(Math.max(2, Math.round((frame.right - frame.left) / 90))),
      up: y.ticks(Math.max(2, Math.round((frame.bottom - frame.top) / 55))),
    },
    targets: {
      across: across.target === undefined ? null : x.at(across.target),
      up: up.target === undefined ? null : y.at(up.target),
    },
  };
}

/** From the worst across to the best: what is better across is never as good upwards. */
function stairsOf(marks: readonly FrontMark[], { goal }: JointObjective): string {
  const sign = goal === "maximise" ? 1 : -1;
  return marks
    .toSorted((a, b) => sign * (a.x - b.x))
    .map(({ x, y }, index) => (index === 0 ? `M${x} ${y}` : `V${y}H${x}`))
    .join("");
}

function isWithin({ x, y }: { readonly x: number; readonly y: number }, { left, right, top, bottom }: Frame): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

function scaleOver(
  values: readonly number[],
  target: number | undefined,
  [start, end]: readonly [number, number],
  share: number,
) {
  const shown = target === undefined ? values : [...values, target];
  const [least, most] = shown.length === 0 ? [0, 1] : [Math.min(...shown), Math.max(...shown)];
  const margin = (most - least) * share || Math.abs(most) * 0.05 || 1;
  const [from, to] = [least - margin, most + margin];
  const at = (value: number) => Math.round((start + ((value - from) / (to - from)) * (end - start)) * 10) / 10;
  return {
    at,
    /** About so many round values. */
    ticks: (count: number): Tick[] => {
      const rough = (to - from) / count;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
      const first = Math.ceil(from / step);
      return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => {
        const value = Number(((first + index) * step).toPrecision(12));
        return { value, at: at(value) };
      });
    },
  };
}
