import uPlot from "uplot";
import type { BestRow } from "./best-rows.ts";

/** Colours of the page that the canvas has to be told. */
export interface Ink {
  readonly text: string;
  readonly grid: string;
  readonly best: string;
  readonly bestBand: string;
  readonly dot: string;
  readonly random: string;
  readonly randomBand: string;
  readonly failed: string;
  readonly target: string;
  readonly font: string;
}

/** Returns the colours that hold at an element now. */
export function readInk(element: HTMLElement): Ink {
  const probe = document.createElement("span");
  element.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const ink = {
    text: colour("--ink-quiet"),
    grid: colour("--line"),
    best: colour("--chart-best"),
    bestBand: colour("--chart-best-band"),
    dot: colour("--chart-dot"),
    random: colour("--chart-random"),
    randomBand: colour("--chart-random-band"),
    failed: colour("--bad"),
    target: colour("--chart-target"),
    font: `12px ${getComputedStyle(element).fontFamily}`,
  };
  probe.remove();
  return ink;
}

/** Returns the chart's columns: experiments, random low, high and median, best low, high and value, measured, target. */
export function chartColumns(rows: readonly BestRow[], target: number | null): uPlot.AlignedData {
  const column = (read: (row: BestRow) => number | null) => rows.map(read);
  return [
    rows.map(({ number }) => number),
    column(({ random }) => random?.low ?? null),
    column(({ random }) => random?.high ?? null),
    column(({ random }) => random?.median ?? null),
    column(({ low }) => low),
    column(({ high }) => high),
    column(({ best }) => best),
    column(({ measured }) => measured),
    rows.map(() => target),
  ];
}

/** Returns how the columns are drawn. */
export function chartOptions(
  ink: Ink,
  around: {
    readonly number: (value: number) => string;
    /** Numbers of the experiments that failed. */
    readonly failedAt: () => readonly number[];
    readonly onCursor: (index: number | null) => void;
  },
): Omit<uPlot.Options, "width" | "height"> {
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const stepped = steps === undefined ? {} : { paths: steps };
  const edge = { ...stepped, stroke: "transparent", width: 0, points: { show: false } };
  const axis = { stroke: ink.text, font: ink.font, ticks: { show: false }, grid: { stroke: ink.grid, width: 1 } };
  return {
    legend: { show: false },
    padding: [10, 12, 0, 0],
    scales: { x: { time: false, range: (_, __, max) => [0, Math.max(2, max)] } },
    axes: [
      // There is no half an experiment.
      { ...axis, size: 28, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] },
      { ...axis, size: 48, values: (_, splits) => splits.map((value) => around.number(value)) },
    ],
    bands: [
      { series: [2, 1], fill: ink.randomBand },
      { series: [5, 4], fill: ink.bestBand },
    ],
    series: [
      {},
      edge,
      edge,
      { ...stepped, stroke: ink.random, width: 1.5, dash: [5, 4], points: { show: false } },
      edge,
      edge,
      { ...stepped, stroke: ink.best, width: 2.5, points: { show: false } },
      {
        stroke: ink.dot,
        paths: () => null,
        points: { show: true, size: 5.5, width: 0, fill: ink.dot, stroke: ink.dot },
      },
      { stroke: ink.target, width: 1.5, dash: [2, 3], points: { show: false } },
    ],
    cursor: { y: false, points: { show: false }, drag: { setScale: false } },
    hooks: {
      setCursor: [({ cursor }) => around.onCursor(cursor.idx ?? null)],
      draw: [(plot) => drawFailures(plot, around.failedAt(), ink)],
    },
  };
}

/** A cross at the foot of the chart for each failure, which has no value to stand at. */
function drawFailures(plot: uPlot, failed: readonly number[], ink: Ink): void {
  const { ctx, bbox } = plot;
  const size = 3.5 * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ink.failed;
  ctx.lineWidth = 1.6 * devicePixelRatio;
  for (const number of failed) {
    const x = plot.valToPos(number, "x", true);
    const y = bbox.top + bbox.height - size * 2;
    ctx.beginPath();
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
    ctx.stroke();
  }
  ctx.restore();
}
