import type { Chart, ChartTransition } from "./extract-chart.ts";

/** Sizes in the chart's own units; the drawing is scaled to its place. */
export const boxWidth = 104;
export const boxHeight = 34;
const rowGap = 44;
const laneGap = 22;
const margin = 12;

interface PlacedState {
  readonly name: string;
  readonly isFinal: boolean;
  /** Centre of its box. */
  readonly x: number;
  readonly y: number;
}

interface PlacedTransition extends ChartTransition {
  /** An SVG path, from box to box. */
  readonly path: string;
  /** Where the event's name stands; null where another transition of that event to that state says it. */
  readonly label: { readonly x: number; readonly y: number; readonly anchor: "start" | "middle" | "end" } | null;
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly transitions: readonly PlacedTransition[];
}

/**
 * Places a flat chart from top to bottom: a state stands one row below the lowest state that leads to it, final states
 * share the last row. Steps to the next row are straight; longer ones share a lane at the side, one for each target.
 */
export function layoutChart(chart: Chart): ChartLayout {
  const rows = rowsOf(chart);
  const finals = chart.states.filter(({ isFinal }) => isFinal).map(({ name }) => name);
  const lastRow =
    Math.max(...chart.states.filter(({ isFinal }) => !isFinal).map(({ name }) => rows.get(name) ?? 0)) + 1;
  const rowOf = (name: string) => (finals.includes(name) ? lastRow : (rows.get(name) ?? 0));
  const isLoop = ({ from, to }: ChartTransition) => from === to;
  const isStraight = ({ from, to }: ChartTransition) => !finals.includes(to) && Math.abs(rowOf(to) - rowOf(from)) === 1;

  // Final states get outer lanes, alternately left and right; other targets that are skipped to get inner ones.
  const skipped = [
    ...new Set(chart.transitions.filter((each) => !isStraight(each) && !isLoop(each)).map(({ to }) => to)),
  ];
  const targets = [
    ...skipped.filter((name) => !finals.includes(name)),
    ...finals.filter((name) => skipped.includes(name)),
  ];
  const sideOf = (name: string) => (finals.indexOf(name) % 2 === 1 ? 1 : -1);
  const laneOf = (name: string) => targets.filter((other) => sideOf(other) === sideOf(name)).indexOf(name) + 1;
  const widest = (side: number) => targets.filter((name) => sideOf(name) === side).length;

  const reach = (side: number) => boxWidth / 2 + (widest(side) + 1) * laneGap + (widest(side) > 0 ? 44 : 0);
  const centre = margin + Math.max(reach(-1), reach(1));
  const yOf = (name: string) => margin + boxHeight / 2 + rowOf(name) * (boxHeight + rowGap);
  const xOf = (name: string) => (finals.includes(name) ? centre + sideOf(name) * (boxWidth / 2 + 10) : centre);
  const laneX = (name: string) => centre + sideOf(name) * (boxWidth / 2 + laneOf(name) * laneGap);

  const states = chart.states.map(({ name, isFinal }) => ({ name, isFinal, x: xOf(name), y: yOf(name) }));
  const keyOf = ({ event, to }: ChartTransition) => `${event} ${to}`;
  const told = new Set(chart.transitions.filter(isStraight).map(keyOf));
  const transitions = chart.transitions.map((each): PlacedTransition => {
    const [top, bottom] = [yOf(each.from), yOf(each.to)];
    if (isLoop(each)) {
      const path = `M${xOf(each.from) + boxWidth / 2} ${top + 5}c16 0 16 9 0 9`;
      return { ...each, path, label: null };
    }
    if (isStraight(each)) {
      const isBack = bottom < top;
      const hasTwin = chart.transitions.some(({ from, to }) => from === each.to && to === each.from);
      const x = centre + (hasTwin ? (isBack ? 14 : -14) : 0);
      const path = `M${x} ${top + (isBack ? -1 : 1) * (boxHeight / 2)}V${bottom + (isBack ? 1 : -1) * (boxHeight / 2)}`;
      const anchor = hasTwin && !isBack ? "end" : "start";
      return { ...each, path, label: { x: x + (anchor === "end" ? -7 : 7), y: (top + bottom) / 2 + 4, anchor } };
    }
    const side = sideOf(each.to);
    const lane = laneX(each.to);
    const start = `M${centre + side * (boxWidth / 2)} ${top}`;
    const turn = `H${lane - side * 8}q${side * 8} 0 ${side * 8} 8`;
    const end = finals.includes(each.to)
      ? `V${bottom - boxHeight / 2}`
      : `V${bottom - 16}q0 8 ${-side * 8} 8H${xOf(each.to) + side * (boxWidth / 2)}`;
    const isFirst = !told.has(keyOf(each));
    told.add(keyOf(each));
    const label = {
      x: lane + side * 6,
      y: (top + yOf(rowBelow(chart, rowOf, each.from))) / 2 + 4,
      anchor: side > 0 ? "start" : "end",
    } as const;
    return { ...each, path: `${start}${turn}${end}`, label: isFirst ? label : null };
  });
  return { width: centre * 2, height: margin * 2 + boxHeight + lastRow * (boxHeight + rowGap), states, transitions };
}

/** Row of each state: the longest way to it that never turns back. */
function rowsOf(chart: Chart): ReadonlyMap<string, number> {
  const rows = new Map<string, number>([[chart.initial, 0]]);
  const visit = (name: string, way: readonly string[]) => {
    for (const { from, to } of chart.transitions) {
      if (from !== name || way.includes(to)) continue;
      if ((rows.get(to) ?? -1) >= way.length) continue;
      rows.set(to, way.length);
      visit(to, [...way, to]);
    }
  };
  visit(chart.initial, [chart.initial]);
  return rows;
}

function rowBelow(chart: Chart, rowOf: (name: string) => number, name: string): string {
  return chart.states.find((state) => rowOf(state.name) === rowOf(name) + 1)?.name ?? name;
}
