import type { BenchResult } from "@labloop/contracts";
import { paintLine, widthOf } from "../terminal/line.ts";
import { counted } from "./figure-text.ts";
import { shortNames } from "./method-of.ts";

const width = 960;
/** With one line of a legend; each further one takes `legend.step` more. */
const height = 400;
/** Of methods' names 36 columns at most are drawn; a letter takes 7.5 pixels at most, on average. */
const legend = { left: 60, top: 384, step: 20, columns: 36, letter: 7.5 };
/** How much of a title stands on one line with the counts behind it; a capital is nine pixels wide. */
const titleColumns = 64;
const panel = { width: 400, height: 280, top: 50 };
// Okabe and Ito: told apart also by people who see fewer colours; dark enough on white, light enough on black.
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9"];

interface Panel {
  readonly left: number;
  readonly title: string;
  /** The highest value on the vertical axis. */
  readonly most: number;
}

/** Returns the plot of a bench: what is left to gain with its quartile bands, and how much of the top set is found. */
export function benchPlot({ pool, settings, methods }: BenchResult): string {
  const { budget } = settings;
  const most = axisEnd(Math.max(1, ...methods.flatMap(({ regret }) => regret.high)));
  const several = pool.objectives.length > 1;
  const left: Panel = { left: 60, title: "Left to gain (1: a random design, 0: the best)", most };
  const right: Panel = {
    left: 540,
    title: several ? "Share of the Pareto front measured" : "Share of the best 5 % measured",
    most: axisEnd(Math.max(...methods.flatMap(({ found }) => found))),
  };
  const curves = methods.map(({ regret, found }, i) => {
    const colour = colours[i % colours.length];
    const dash = dashOf(i);
    const line = (values: readonly number[], on: Panel) =>
      `<path d="${path(values, on, budget)}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`;
    return [
      `<path d="${band(regret.low, regret.high, left, budget)}" fill="${colour}" opacity="0.14"/>`,
      line(regret.mean, left),
      line(found, right),
    ].join("\n");
  });
  const named = legendOf(methods);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + named.lines * legend.step - legend.step}" role="img" aria-label="${escaped(`${pool.title}: regret and share of the best designs found, by number of experiments`)}">
<style>
svg { background: #fff; } text { font: 13px system-ui, sans-serif; fill: #1a1a1a; } .axis { stroke: #555; fill: none; } .grid { stroke: #ddd; }
@media (prefers-color-scheme: dark) { svg { background: #14171a; } text { fill: #eee; } .axis { stroke: #aaa; } .grid { stroke: #333; } }
</style>
<text x="60" y="20" font-weight="600">${escaped(paintLine([pool.title], titleColumns, false))}: ${counted(pool.designs, "design")}, ${counted(settings.seeds, "campaign")} a method</text>
${[left, right].map((on) => frame(on, budget)).join("\n")}
${curves.join("\n")}
${named.entries.join("\n")}
</svg>
`;
}

/** Colours that come again are dashed. */
function dashOf(i: number): string {
  return i < colours.length ? "" : ' stroke-dasharray="5 3"';
}

/** The methods with their scores, beside each other as far as there is room, then in further lines. */
function legendOf(methods: BenchResult["methods"]): { entries: string[]; lines: number } {
  const names = shortNames(methods.map(({ method }) => method));
  let x = legend.left;
  let lines = 1;
  const entries = methods.map(({ method, score }, i) => {
    const name = paintLine([names[i] ?? ""], legend.columns, false);
    const text = `${name}, score ${method === "random" ? "1" : score.value.toFixed(2)}`;
    const wide = 26 + legend.letter * widthOf(text);
    if (x > legend.left && x + wide > width) {
      x = legend.left;
      lines += 1;
    }
    const y = legend.top + (lines - 1) * legend.step;
    const entry = `<path d="M${x} ${y - 4}h20" stroke="${colours[i % colours.length]}" stroke-width="4"${dashOf(i)}/><text x="${x + 26}" y="${y}">${escaped(text)}</text>`;
    x = rounded(x + wide + 20);
    return entry;
  });
  return { entries, lines };
}

function frame({ left, title, most }: Panel, budget: number): string {
  const { top } = panel;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = rounded(top + panel.height * (1 - share));
    const label = String(Number((share * most).toPrecision(3)));
    return `<path class="grid" d="M${left} ${y}h${panel.width}"/><text x="${left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
  });
  const steps = [...new Set([0.25, 0.5, 0.75, 1].map((share) => Math.max(1, Math.round(share * budget))))].map(
    (step) =>
      `<text x="${across(step, left, budget)}" y="${top + panel.height + 18}" text-anchor="middle">${step}</text>`,
  );
  return [
    `<text x="${left}" y="42">${title}</text>`,
    ...ticks,
    `<path class="axis" d="M${left} ${top}v${panel.height}h${panel.width}"/>`,
    ...steps,
    `<text x="${left + panel.width / 2}" y="${top + panel.height + 36}" text-anchor="middle">experiments</text>`,
  ].join("\n");
}

/** The end of an axis whose quarters read well: the first at or above a value. */
function axisEnd(value: number): number {
  if (value > 0 && value <= 0.05) return axisEnd(10 * value) / 10;
  const ends = [0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.6, 2, 3, 4, 6, 8];
  return ends.find((end) => value <= end) ?? 10 * Math.ceil(value / 10);
}

function path(values: readonly number[], on: Panel, budget: number): string {
  return `M${points(values, on, budget).join("L")}`;
}

function band(low: readonly number[], high: readonly number[], on: Panel, budget: number): string {
  return `M${[...points(high, on, budget), ...points(low, on, budget).toReversed()].join("L")}Z`;
}

function points(values: readonly number[], { left, most }: Panel, budget: number): string[] {
  return values.map(
    (value, i) => `${across(i + 1, left, budget)} ${rounded(panel.top + panel.height * (1 - value / most))}`,
  );
}

function across(step: number, left: number, budget: number): number {
  return rounded(left + (panel.width * step) / budget);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** XML 1.0 has no place for most control characters and for half a character, whatever the escape. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones that are taken out
  const plain = text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
