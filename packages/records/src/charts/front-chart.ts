import type { ExperimentView, FrontPoint, JointObjective } from "@labloop/contracts";
import { bilingualText, drawBilingual } from "../bilingual.ts";
import { type Insert, markup, type Markup } from "../markup.ts";
import { afterValue, rounded, withUnit } from "../numbers.ts";
import { gridLines, place, type Scale, scaleOf, ticksOf } from "./axis.ts";

export interface FrontChartInput {
  readonly experiments: readonly ExperimentView[];
  readonly front: readonly FrontPoint[];
  /** On the horizontal axis and on the vertical one. */
  readonly across: JointObjective;
  readonly up: JointObjective;
  /** Whether these two are all that there are: only then does a line along the front mean anything. */
  readonly isWhole: boolean;
}

const width = 880;
const height = 420;
const area = { left: 64, right: width - 16, top: 14, bottom: height - 46 };

/**
 * Returns an SVG of what was measured of two objectives, and of the front: what is believed of each design on it, with its 90 %
 * intervals, and, of two objectives alone, the line that no measured design is believed to pass.
 *
 * Its looks come from the page: the classes are grid, tick, axis, target, measured, outside, best, error and onfront.
 */
export function frontChart({ experiments, front, across, up, isWhole }: FrontChartInput): Markup {
  const measured = experiments.flatMap(({ number, values, outOfBounds }) => {
    const [x, y] = [values?.[across.name]?.value, values?.[up.name]?.value];
    return x === undefined || y === undefined ? [] : [{ number, x, y, isOutside: outOfBounds !== undefined }];
  });
  const believed = front.flatMap(({ values }) => {
    const [x, y] = [values[across.name], values[up.name]];
    return x === undefined || y === undefined ? [] : [{ x, y }];
  });
  const x = axisOf(
    [...measured.map((one) => one.x), ...believed.flatMap((one) => [one.x.value, ...one.x.interval90])],
    across,
    area.left,
    area.right,
  );
  const y = axisOf(
    [...measured.map((one) => one.y), ...believed.flatMap((one) => [one.y.value, ...one.y.interval90])],
    up,
    area.bottom,
    area.top,
  );
  const id = `front-${across.name}-${up.name}`.replaceAll(/[^A-Za-z0-9-]/g, "_");
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}" class="chart">
<title id="${id}">${bilingualText({
    en: `The front of ${across.name} and ${up.name}`,
    ja: `${across.name} と ${up.name} のフロント`,
  })}</title>
${gridLines(ticksOf(y.from, y.to, 5), y, area.left, area.right)}
${ticksOf(x.from, x.to, 7).map(
  (tick) => markup`<text class="tick" x="${place(x(tick))}" y="${area.bottom + 18}" text-anchor="middle">${tick}</text>
`,
)}
${axisTitle(across, (text) => markup`<text class="tick" x="${(area.left + area.right) / 2}" y="${height - 8}" text-anchor="middle">${text}</text>`)}
${axisTitle(up, (text) => markup`<text class="tick" x="14" y="${(area.top + area.bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(area.top + area.bottom) / 2})">${text}</text>`)}
${targetLines(across, up, x, y)}
${measured.map(
  (one) =>
    markup`<circle class="${one.isOutside ? "outside" : "measured"}" cx="${place(x(one.x))}" cy="${place(y(one.y))}" r="3.2"><title>${one.number}: ${across.name} ${rounded(one.x)}${afterValue(across.unit)}, ${up.name} ${rounded(one.y)}${afterValue(up.unit)}</title></circle>
`,
)}
${isWhole ? stairs(believed, across, x, y) : null}
${believed.map((one) => {
  const [left, right] = one.x.interval90.map((value) => place(x(value)));
  const [low, high] = one.y.interval90.map((value) => place(y(value)));
  const [cx, cy] = [x(one.x.value), y(one.y.value)];
  return markup`<path class="error" d="M${left ?? ""} ${place(cy)}H${right ?? ""}M${place(cx)} ${low ?? ""}V${high ?? ""}"/>
<path class="onfront" d="M${place(cx)} ${place(cy - 6)}L${place(cx + 6)} ${place(cy)}L${place(cx)} ${place(cy + 6)}L${place(cx - 6)} ${place(cy)}Z"/>
`;
})}
<line class="axis" x1="${area.left}" x2="${area.right}" y1="${area.bottom}" y2="${area.bottom}"/>
</svg>`;
}

function axisOf(values: readonly number[], { target }: JointObjective, start: number, end: number): Scale {
  const shown = target === undefined ? values : [...values, target];
  const [low, high] = shown.length === 0 ? [0, 1] : [Math.min(...shown), Math.max(...shown)];
  const margin = (high - low || 1) * 0.06;
  return scaleOf(low - margin, high + margin, start, end);
}

function axisTitle({ name, unit, goal }: JointObjective, draw: (text: string) => Markup): Markup {
  const isMore = goal === "maximise";
  const named = withUnit(name, unit);
  return drawBilingual(
    {
      en: `${named}, ${isMore ? "more" : "less"} is better`,
      ja: `${named}（${isMore ? "大きい" : "小さい"}ほど良い）`,
    },
    draw,
  );
}

function targetLines(across: JointObjective, up: JointObjective, x: Scale, y: Scale): Insert {
  return [
    across.target === undefined
      ? null
      : markup`<line class="target" x1="${place(x(across.target))}" x2="${place(x(across.target))}" y1="${area.top}" y2="${area.bottom}"/>`,
    up.target === undefined
      ? null
      : markup`<line class="target" x1="${area.left}" x2="${area.right}" y1="${place(y(up.target))}" y2="${place(y(up.target))}"/>`,
  ];
}

/** From the worst across to the best: what is better across is never as good upwards. */
function stairs(
  believed: readonly { readonly x: { readonly value: number }; readonly y: { readonly value: number } }[],
  { goal }: JointObjective,
  x: Scale,
  y: Scale,
): Insert {
  const sign = goal === "maximise" ? 1 : -1;
  const sorted = believed.toSorted((a, b) => sign * (a.x.value - b.x.value));
  if (sorted.length < 2) return null;
  const path = sorted.map((one, index) => {
    const [px, py] = [place(x(one.x.value)), place(y(one.y.value))];
    return index === 0 ? `M${px} ${py}` : `V${py}H${px}`;
  });
  return markup`<path class="best" d="${path.join("")}"/>`;
}
