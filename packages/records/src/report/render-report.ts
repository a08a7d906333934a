import { bilingual, bilingualText } from "../bilingual.ts";
import { bestChart } from "../charts/best-chart.ts";
import { ganttChart, stepKeys, stretchesOf } from "../charts/gantt-chart.ts";
import { markup, type Markup } from "../markup.ts";
import type { Objective } from "@labloop/contracts";
import { doubtSection } from "./doubt-section.ts";
import { frontSection } from "./front-section.ts";
import { legend } from "./legend.ts";
import type { ReportInput } from "./report-input.ts";
import { style } from "./style.ts";
import { bestSection, provenanceSection, summarySentence } from "./summary.ts";
import { devicesTable, experimentsTable, troubleSection } from "./tables.ts";

/**
 * Returns a campaign's report as one HTML file that needs nothing else: no network, no script, its styles and charts
 * inside. Equal inputs give equal bytes.
 */
export function renderReport(input: ReportInput): string {
  const { view, origin, lastAt, band } = input;
  const { campaign } = view;
  const span = { from: campaign.startedAt, to: campaign.endedAt ?? lastAt };
  const stretches = stretchesOf(view.runs, span.to);
  const title = origin.title ?? { en: campaign.campaign };
  const { objective } = campaign;
  const progress =
    objective === null
      ? section({ en: "The front", ja: "フロント" }, frontSection(input))
      : section(
          { en: "Best so far", ja: "最良値の推移" },
          markup`<div class="wide">${bestChart({
            experiments: view.experiments,
            objective,
            budget: campaign.budget,
            final: campaign.phase === "finished" ? campaign.best : null,
            band,
          })}</div>${bestLegend(input, objective)}`,
        );
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${bilingualText(title)}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<fieldset class="language" style="border:0;margin:0;padding:0" aria-label="Language / 言語">
<label><input type="radio" name="language" id="in-en" checked> English</label>
<label lang="ja"><input type="radio" name="language" id="in-ja"> 日本語</label>
</fieldset>
<p class="quiet">labloop · ${campaign.campaign}</p>
<h1>${bilingual(title)}</h1>
${origin.description === undefined ? null : markup`<p class="quiet">${bilingual(origin.description)}</p>`}
${summarySentence(input)}
${bestSection(input)}
${progress}
${section(
  { en: "Timeline", ja: "装置の稼働" },
  markup`<div class="wide">${ganttChart(view.devices, stretches, span)}</div>${legend(
    stepKeys(stretches).map((key, index) => [
      markup`<rect class="s${index % 8}" width="28" height="14"/>`,
      markup`${key}`,
    ]),
  )}`,
)}
${section({ en: "Devices", ja: "装置" }, devicesTable(input, stretches, span.to - span.from))}
${section({ en: "Failures and alarms", ja: "失敗と警報" }, troubleSection(input))}
${section({ en: "In doubt", ja: "結果不明" }, doubtSection(input))}
${section({ en: "Experiments", ja: "実験" }, experimentsTable(input), "long")}
${section({ en: "Provenance", ja: "来歴" }, provenanceSection(input))}
</main>
</body>
</html>
`;
  return page.markup;
}

function section(title: { en: string; ja: string }, content: Markup, name = ""): Markup {
  return markup`<section class="${name}"><h2>${bilingual(title)}</h2>${content}</section>`;
}

function bestLegend({ view, band }: ReportInput, { name, target }: Objective): Markup {
  const hasFailures = view.experiments.some(({ failure }) => failure !== null);
  const entries: (readonly [Markup, Markup] | null)[] = [
    [
      markup`<circle class="measured" cx="14" cy="7" r="4"/>`,
      bilingual({ en: `measured ${name}`, ja: `${name} の測定値` }),
    ],
    [
      markup`<rect class="interval" width="28" height="14"/><path class="best" d="M0 7H28"/>`,
      bilingual({ en: "best design: expected, 90 % interval", ja: "最良の設計：推定値と 90 % 区間" }),
    ],
    band === null
      ? null
      : [
          markup`<rect class="band" width="28" height="14"/><path class="random" d="M0 7H28"/>`,
          bilingual({ en: "random search: median, central 90 %", ja: "ランダム探索：中央値と中央 90 %" }),
        ],
    target === undefined
      ? null
      : [markup`<line class="target" x1="0" x2="28" y1="7" y2="7"/>`, bilingual({ en: "target", ja: "目標" })],
    hasFailures
      ? [markup`<path class="failed" d="M10 3L18 11M10 11L18 3"/>`, bilingual({ en: "failed", ja: "失敗" })]
      : null,
  ];
  return legend(entries.flatMap((entry) => (entry === null ? [] : [entry])));
}
