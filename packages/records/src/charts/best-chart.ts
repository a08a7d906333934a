import type { ExperimentView, Objective, RandomBand } from "@labloop/contracts";
import { bilingualText, drawBilingual } from "../bilingual.ts";
import { type Insert, markup, type Markup } from "../markup.ts";
import { afterValue, rounded, withUnit } from "../numbers.ts";
import { gridLines, place, type Scale, scaleOf, ticksOf } from "./axis.ts";

export interface BestChartInput {
  readonly experiments: readonly ExperimentView[];
  readonly objective: Objective;
  /** How many experiments the axis has room for. */
  readonly budget: number;
  /** The best design as known at the end; null while it is not known. */
  readonly final: { readonly value: number; readonly interval90: readonly [number, number] } | null;
  /** What random search reaches, where that is known. */
  readonly band: RandomBand | null;
}

const width = 880;
const height = 340;
const area = { left: 58, right: width - 14, top: 14, bottom: height - 46 };

/**
 * Returns an SVG of what was measured and how the best design so far rose, with its 90 % interval and, where it is known,
 * the band that random search would have reached.
 *
 * Its looks come from the page: the classes are grid, tick, axis, band, random, interval, target, best, measured and failed.
 */
export function bestChart({ experiments, objective, budget, final, band }: BestChartInput): Markup {
  const last = experiments.at(-1)?.number ?? 0;
  const until = Math.max(budget, last, 1);
  const known = experiments.flatMap(({ number, bestThen }) => (bestThen === null ? [] : [{ number, ...bestThen }]));
  const best =
    final === null || last === 0 ? known : [...known.filter(({ number }) => number < last), { number: last, ...final }];
  const measured = experiments.flatMap(({ number, values }) => {
    const value = values?.[objective.name]?.value;
    return value === undefined ? [] : [{ number, value }];
  });
  const shown = (band?.experiments ?? []).flatMap((number, index) =>
    number <= until
      ? [{ number, low: band?.low[index] ?? 0, mid: band?.median[index] ?? 0, high: band?.high[index] ?? 0 }]
      : [],
  );
  const values = [
    ...measured.map(({ value }) => value),
    ...best.flatMap(({ interval90 }) => interval90),
    ...shown.flatMap(({ low, high }) => [low, high]),
    ...(objective.target === undefined ? [] : [objective.target]),
  ];
  const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const margin = (high - low || 1) * 0.06;
  const x = scaleOf(0, until, area.left, area.right);
  const y = scaleOf(low - margin, high + margin, area.bottom, area.top);

  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="best-chart-name" class="chart">
<title id="best-chart-name">${bilingualText({
    en: `Best ${objective.name} so far, by experiment`,
    ja: `実験ごとの最良の ${objective.name}`,
  })}</title>
${gridLines(ticksOf(y.from, y.to, 5), y, area.left, area.right)}
${ticksOf(0, until, 8).map(
  (tick) => markup`<text class="tick" x="${place(x(tick))}" y="${area.bottom + 18}" text-anchor="middle">${tick}</text>
`,
)}
${axisTitles(objective)}
${
  shown.length === 0
    ? null
    : areaBetween(
        "band",
        shown.map((p) => [p.number, p.low, p.high] as const),
        x,
        y,
      )
}
${
  shown.length === 0
    ? null
    : line(
        "random",
        shown.map((p) => [p.number, p.mid] as const),
        x,
        y,
      )
}
${areaBetween(
  "interval",
  best.map((p) => [p.number, p.interval90[0], p.interval90[1]] as const),
  x,
  y,
)}
${objective.target === undefined ? null : targetLine(objective.target, y)}
${measured.map(
  ({
    number,
    value,
  }) => markup`<circle class="measured" cx="${place(x(number))}" cy="${place(y(value))}" r="3.2"><title>${number}: ${rounded(value)}${afterValue(objective.unit)}</title></circle>
`,
)}
${line(
  "best",
  best.map((p) => [p.number, p.value] as const),
  x,
  y,
)}
${experiments.filter(({ failure }) => failure !== null).map(({ number, failure }) => cross(x(number), area.bottom - 8, `${number}: ${failure?.message ?? ""}`))}
<line class="axis" x1="${area.left}" x2="${area.right}" y1="${area.bottom}" y2="${area.bottom}"/>
</svg>`;
}

function axisTitles({ name, unit }: Objective): Markup {
  const middle = (area.left + area.right) / 2;
  return markup`${drawBilingual({ en: "experiments", ja: "実験数" }, (text) => markup`<text class="tick" x="${middle}" y="${height - 8}" text-anchor="middle">${text}</text>`)}
<text class="tick" x="14" y="${(area.top + area.bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(area.top + area.bottom) / 2})">${withUnit(name, unit)}</text>`;
}

function targetLine(target: number, y: Scale): Markup {
  const at = place(y(target));
  return markup`<line class="target" x1="${area.left}" x2="${area.right}" y1="${at}" y2="${at}"/>`;
}

/** Holds each value until the next is known. */
function line(name: string, points: readonly (readonly [number, number])[], x: Scale, y: Scale): Insert {
  if (points.length === 0) return null;
  const path = points.map(([at, value], index) =>
    index === 0 ? `M${place(x(at))} ${place(y(value))}` : `H${place(x(at))}V${place(y(value))}`,
  );
  return markup`<path class="${name}" d="${path.join("")}"/>`;
}

function areaBetween(name: string, points: readonly (readonly [number, number, number])[], x: Scale, y: Scale): Insert {
  const last = points.at(-1);
  if (last === undefined) return null;
  const forth = points.map(([at, , high], index) =>
    index === 0 ? `M${place(x(at))} ${place(y(high))}` : `H${place(x(at))}V${place(y(high))}`,
  );
  const back = points.slice(0, -1).map(([at, low]) => `V${place(y(low))}H${place(x(at))}`);
  return markup`<path class="${name}" d="${forth.join("")}V${place(y(last[1]))}${back.toReversed().join("")}Z"/>`;
}

function cross(x: number, y: number, text: string): Markup {
  const [left, right, up, down] = [x - 4, x + 4, y - 4, y + 4].map(place);
  return markup`<path class="failed" d="M${left ?? ""} ${up ?? ""}L${right ?? ""} ${down ?? ""}M${left ?? ""} ${down ?? ""}L${right ?? ""} ${up ?? ""}"><title>${text}</title></path>
`;
}
