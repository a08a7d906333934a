import type { FrontStanding, Prediction } from "@labloop/contracts";
import { bilingual } from "../bilingual.ts";
import type { Stretch } from "../charts/gantt-chart.ts";
import { type Insert, markup, type Markup } from "../markup.ts";
import { durationText, instantText, rounded, withUnit } from "../numbers.ts";
import { frontStandingsOf, standingText } from "./front-standing-text.ts";
import type { ReportInput } from "./report-input.ts";

const expectedHead = bilingual({ en: "expected (90 %)", ja: "予測（90 %）" });

/** Returns the table of experiments, failures included: the charts' data in full. */
export function experimentsTable({ view }: ReportInput): Markup {
  const { experiments, campaign } = view;
  const { parameters } = campaign.space;
  const { objectives = [] } = campaign;
  const names = [
    ...new Set([
      ...(campaign.objective === null ? [] : [campaign.objective.name]),
      ...objectives.map(({ name }) => name),
      ...experiments.flatMap(({ values }) => Object.keys(values ?? {})),
    ]),
  ];
  const isFront = campaign.front !== undefined;
  const standings = frontStandingsOf(view);
  const unitOf = (name: string) =>
    experiments.find(({ values }) => values?.[name] !== undefined)?.values?.[name]?.unit ?? "1";
  return markup`<div class="wide"><table><thead><tr>
<th scope="col">#</th>${parameters.map(({ name, unit }) => markup`<th scope="col">${withUnit(name, unit)}</th>`)}
${names.map((name) => markup`<th scope="col">${withUnit(name, unitOf(name))}</th>`)}
${
  objectives.length === 0
    ? markup`<th scope="col">${expectedHead}</th>`
    : objectives.map(({ name }) => markup`<th scope="col">${name}, ${expectedHead}</th>`)
}${isFront ? markup`<th scope="col">${bilingual({ en: "front", ja: "フロント" })}</th>` : null}<th scope="col">${bilingual({ en: "replicate", ja: "反復" })}</th>
<th scope="col">${bilingual({ en: "observed", ja: "観測日時" })}</th><th scope="col">${bilingual({ en: "failure", ja: "失敗" })}</th>
</tr></thead><tbody>
${experiments.map(
  (row, index) => markup`<tr${row.failure === null ? null : markup` class="bad-row"`}><th scope="row">${row.number}</th>
${parameters.map(({ name }) => markup`<td class="n">${row.parameters[name] ?? "–"}</td>`)}
${names.map((name) => markup`<td class="n">${numberText(row.values?.[name]?.value)}</td>`)}
${
  objectives.length === 0
    ? markup`<td class="n">${predictionText(row.predicted)}</td>`
    : objectives.map(({ name }) => markup`<td class="n">${predictionText(row.predictions?.[name] ?? null)}</td>`)
}
${isFront ? markup`<td class="free">${standingCell(standings[index] ?? null, view)}</td>` : null}
<td class="n">${row.replicate}</td><td>${instantText(row.observedAt)}</td>
<td class="free">${row.failure === null ? null : `${row.failure.class}: ${row.failure.message}`}</td></tr>
`,
)}</tbody></table></div>`;
}

function standingCell(standing: FrontStanding | null, { experiments }: ReportInput["view"]): Insert {
  return standing === null ? null : standingText(standing, experiments);
}

function predictionText(predicted: Prediction | null): string {
  if (predicted === null) return "–";
  const [low, high] = predicted.interval90;
  return `${rounded(predicted.mean)} (${rounded(low)} – ${rounded(high)})`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? "–" : rounded(value);
}

/** Returns the devices with how busy they were over the campaign. */
export function devicesTable({ view, caps }: ReportInput, stretches: readonly Stretch[], spanMs: number): Markup {
  return markup`<div class="wide"><table><thead><tr>
<th scope="col">${bilingual({ en: "device", ja: "装置" })}</th><th scope="col">${bilingual({ en: "utilisation", ja: "稼働率" })}</th>
<th scope="col">${bilingual({ en: "busy", ja: "稼働時間" })}</th><th scope="col">${bilingual({ en: "commands", ja: "コマンド数" })}</th>
<th scope="col">${bilingual({ en: "capability", ja: "機能" })}</th><th scope="col">${bilingual({ en: "driver", ja: "ドライバー" })}</th>
<th scope="col">${bilingual({ en: "serial number", ja: "製造番号" })}</th></tr></thead><tbody>
${view.devices.map(({ device, kind, capability, serial }) => {
  const own = stretches.filter((stretch) => stretch.device === device);
  const busyMs = own.reduce((total, { from, to }) => total + to - from, 0);
  const share = spanMs > 0 ? Math.min(100, (100 * busyMs) / spanMs) : 0;
  return markup`<tr><th scope="row">${device}</th>
<td class="n"><span class="meter"><span style="width:${share.toFixed(1)}%"></span></span> ${share.toFixed(0)} %</td>
<td class="n">${durationText(busyMs)}</td><td class="n">${own.length}</td><td>${capability}</td>
<td>${kind} ${caps.get(device)?.driverVersion ?? ""}</td><td>${serial ?? "–"}</td></tr>
`;
})}</tbody></table></div>`;
}

/** Returns what went wrong: runs that failed, and everything a person was to know of. */
export function troubleSection({ view }: ReportInput): Markup {
  const failed = view.experiments.filter(({ failure }) => failure !== null);
  if (failed.length === 0 && view.alarms.length === 0) {
    return markup`<p>${bilingual({ en: "Nothing failed and no alarm was raised.", ja: "失敗も警報もありませんでした。" })}</p>`;
  }
  return markup`<div class="wide"><table><thead><tr><th scope="col">${bilingual({ en: "when", ja: "日時" })}</th><th scope="col">${bilingual({ en: "what", ja: "種類" })}</th><th scope="col">${bilingual({ en: "message", ja: "内容" })}</th></tr></thead><tbody>
${failed.map(
  ({
    number,
    observedAt,
    failure,
  }) => markup`<tr><td>${instantText(observedAt)}</td><td>${bilingual({ en: `experiment ${number} failed`, ja: `実験 ${number} の失敗` })}</td><td class="free">${failure?.message ?? ""}</td></tr>
`,
)}${view.alarms.map(
  ({ at, code, message }) => markup`<tr><td>${instantText(at)}</td><td>${code}</td><td class="free">${message}</td></tr>
`,
)}</tbody></table></div>`;
}
