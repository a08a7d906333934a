import { bilingual } from "../bilingual.ts";
import { frontChart } from "../charts/front-chart.ts";
import { markup, type Markup } from "../markup.ts";
import { rounded, withUnit } from "../numbers.ts";
import { boundsSentence, frontStandingsOf, percentText } from "./front-standing-text.ts";
import { legend } from "./legend.ts";
import type { ReportInput } from "./report-input.ts";
import { whyNoneBest } from "./why-none-best.ts";

/** Returns the front as a table, and as a drawing for every two of its objectives; nothing to see before the first model. */
export function frontSection({ view }: ReportInput): Markup {
  const { front = [], objectives = [], space, outcomeConstraints } = view.campaign;
  const standings = frontStandingsOf(view);
  if (front.length === 0) {
    return markup`<p>${bilingual(whyNoneBest(view.campaign))}</p>`;
  }
  const pairs = objectives.flatMap((across, i) => objectives.slice(i + 1).map((up) => ({ across, up })));
  const isWhole = objectives.length === 2;
  const { experiments } = view;
  const isBounded = outcomeConstraints !== undefined;
  return markup`${boundsSentence(view, standings)}<div class="wide"><table><thead><tr>
${space.parameters.map(({ name, unit }) => markup`<th scope="col">${withUnit(name, unit)}</th>`)}
${objectives.map(({ name, unit }) => markup`<th scope="col">${withUnit(name, unit)}, ${bilingual({ en: "expected (90 %)", ja: "推定値（90 %）" })}</th><th scope="col">${bilingual({ en: "measured", ja: "実測値" })}</th>`)}
${isBounded ? markup`<th scope="col">${bilingual({ en: "keeps the bounds", ja: "制約を満たす確率" })}</th>` : null}
</tr></thead><tbody>
${front.map(
  ({ parameters, requested = parameters, values, chance }) => markup`<tr>
${space.parameters.map(({ name }) => markup`<td class="n">${parameters[name] ?? "–"}${requested[name] === parameters[name] ? null : markup` <span class="quiet">(${bilingual({ en: `asked for: ${requested[name] ?? "–"}`, ja: `指示値 ${requested[name] ?? "–"}` })})</span>`}</td>`)}
${objectives.map(({ name }) => {
  const own = values[name];
  if (own === undefined) return markup`<td class="n">–</td><td class="n">–</td>`;
  const [low, high] = own.interval90;
  return markup`<td class="n"><strong>${rounded(own.value)}</strong> (${rounded(low)} – ${rounded(high)})</td><td class="n">${own.observed.map(rounded).join(", ")}</td>`;
})}
${isBounded ? markup`<td class="n">${chance === undefined ? "–" : `${percentText(chance)} %`}</td>` : null}</tr>
`,
)}</tbody></table></div>
${pairs.map(({ across, up }) => markup`<div class="wide">${frontChart({ experiments, front, across, up, isWhole })}</div>`)}
${legend([
  [markup`<circle class="measured" cx="14" cy="7" r="4"/>`, bilingual({ en: "measured", ja: "測定値" })],
  ...(isBounded
    ? [
        [
          markup`<circle class="outside" cx="14" cy="7" r="4"/>`,
          bilingual({ en: "measured, outside the bounds", ja: "測定値（制約の範囲外）" }),
        ] as const,
      ]
    : []),
  [
    markup`<path class="error" d="M2 7H26"/><path class="onfront" d="M14 1L20 7L14 13L8 7Z"/>`,
    bilingual({ en: "design on the front: expected, 90 % intervals", ja: "フロント上の設計：推定値と 90 % 区間" }),
  ],
])}`;
}
