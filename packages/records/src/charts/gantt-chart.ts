import type { DeviceView, RunView } from "@labloop/contracts";
import { bilingualText, drawBilingual } from "../bilingual.ts";
import { markup, type Markup } from "../markup.ts";
import { place, scaleOf, ticksOf } from "./axis.ts";

/** One stretch of a device's time, in lab time. */
export interface Stretch {
  readonly device: string;
  readonly run: number;
  readonly step: string;
  readonly phase: RunView["steps"][number]["phase"];
  readonly from: number;
  readonly to: number;
}

/**
 * Returns what each device was doing when: from the start of a command, or its sending while no start is known, to its end,
 * or to `until` while it has none.
 */
export function stretchesOf(runs: readonly RunView[], until: number): Stretch[] {
  return runs.flatMap(({ number, steps }) =>
    steps.map((step) => ({
      device: step.device,
      run: number,
      step: step.key,
      phase: step.phase,
      from: step.startedAt ?? step.acceptedAt ?? step.sentAt ?? step.intendedAt,
      to: step.endedAt ?? until,
    })),
  );
}

const width = 880;
const rowHeight = 26;
const area = { left: 92, right: width - 14, top: 8 };
const hourMs = 3_600_000;

/**
 * Returns an SVG with a row a device and a bar a command; step kinds have the classes s0 to s7 in the order of the plans,
 * what failed or is in doubt `bad`.
 */
export function ganttChart(
  devices: readonly DeviceView[],
  stretches: readonly Stretch[],
  span: { readonly from: number; readonly to: number },
): Markup {
  const keys = stepKeys(stretches);
  const bottom = area.top + devices.length * rowHeight;
  const x = scaleOf(0, (span.to - span.from) / hourMs, area.left, area.right);
  const at = (instant: number) => x((instant - span.from) / hourMs);
  return markup`<svg viewBox="0 0 ${width} ${bottom + 44}" role="img" aria-labelledby="gantt-name" class="chart">
<title id="gantt-name">${bilingualText({ en: "What each device did when", ja: "各装置の稼働時間" })}</title>
${ticksOf(0, x.to, 10).map(
  (tick) => markup`<line class="grid" x1="${place(x(tick))}" x2="${place(x(tick))}" y1="${area.top}" y2="${bottom}"/>
<text class="tick" x="${place(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tick}</text>
`,
)}
${drawBilingual({ en: "hours since the start", ja: "開始からの時間 (h)" }, (text) => markup`<text class="tick" x="${(area.left + area.right) / 2}" y="${bottom + 36}" text-anchor="middle">${text}</text>`)}
${devices.map(
  (
    { device },
    index,
  ) => markup`<text class="tick" x="${area.left - 8}" y="${area.top + index * rowHeight + 17}" text-anchor="end">${device}</text>
${stretches
  .filter((stretch) => stretch.device === device)
  .map((stretch) =>
    bar(stretch, at(stretch.from), at(stretch.to), area.top + index * rowHeight, keys.indexOf(stretch.step)),
  )}`,
)}
<line class="axis" x1="${area.left}" x2="${area.right}" y1="${bottom}" y2="${bottom}"/>
</svg>`;
}

/** Step keys in the order in which they first happened, which is their index in colours. */
export function stepKeys(stretches: readonly Stretch[]): string[] {
  return [...new Set(stretches.map(({ step }) => step))];
}

function bar(stretch: Stretch, left: number, right: number, top: number, colour: number): Markup {
  const { run, step, phase, from, to } = stretch;
  const isBad = phase === "failed" || phase === "inDoubt" || phase === "notExecuted";
  const text = `${run} ${step}: ${((to - from) / 60_000).toFixed(1)} min${phase === "succeeded" ? "" : `, ${phase}`}`;
  return markup`<rect class="s${colour % 8}${isBad ? " bad" : ""}" x="${place(left)}" y="${top + 4}" width="${place(Math.max(0.6, right - left))}" height="${rowHeight - 8}"><title>${text}</title></rect>
`;
}
