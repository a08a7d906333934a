import { type ExperimentView, type FrontStanding, frontStandings } from "@labloop/contracts";
import { bilingual } from "../bilingual.ts";
import { type Insert, markup, type Markup } from "../markup.ts";
import { afterValue, rounded } from "../numbers.ts";
import type { ReportInput } from "./report-input.ts";

type Standings = readonly (FrontStanding | null)[];

/** Returns where each experiment's design stands to the front, in order; nulls alone where there is none. */
export function frontStandingsOf({ campaign, experiments }: ReportInput["view"]): Standings {
  const { front, doubted, judged, outcomeConstraints: bounds = {} } = campaign;
  return front === undefined
    ? experiments.map(() => null)
    : frontStandings(experiments, { front, doubted, judged, bounds });
}

/** Returns what a design on the front has to keep, and how many measured designs do not; nothing where there is nothing to keep. */
export function boundsSentence({ campaign, experiments }: ReportInput["view"], standings: Standings): Insert {
  const bounds = Object.entries(campaign.outcomeConstraints ?? {}).map(
    ([name, { min = null, max = null }]) =>
      `${min === null ? "" : `${rounded(min)} ≤ `}${name}${max === null ? "" : ` ≤ ${rounded(max)}`}${afterValue(unitIn(experiments, name))}`,
  );
  if (bounds.length === 0) return null;
  const designs = (at: FrontStanding["at"]) =>
    new Set(experiments.flatMap(({ parameters }, i) => (standings[i]?.at === at ? [JSON.stringify(parameters)] : [])))
      .size;
  const [outside, doubted] = [designs("outside"), designs("doubted")];
  return markup`<p>${bilingual({
    en: `A design on the front keeps ${bounds.join(", ")}, by the mean of its readings and by what is believed. ${outside} measured ${outside === 1 ? "design does" : "designs do"} not by ${outside === 1 ? "its" : "their"} readings; ${doubted} ${doubted === 1 ? "is" : "are"} read within, but likelier outside, given the noise.`,
    ja: `フロント上の設計は、測定値の平均でも推定でも ${bounds.join("、")} を満たします。測定値が範囲外の設計は ${outside} 件、測定値は範囲内でもばらつきを考えると範囲外の可能性が高い設計は ${doubted} 件です。`,
  })}</p>`;
}

/** Returns where a design stands, and why, in a few words. */
export function standingText(standing: FrontStanding, experiments: readonly ExperimentView[]): Markup {
  switch (standing.at) {
    case "front":
      return bilingual({ en: "on the front", ja: "フロント上" });
    case "outside": {
      const means = Object.entries(standing.means)
        .map(([name, mean]) => `${name} ${rounded(mean)}${afterValue(unitIn(experiments, name))}`)
        .join(", ");
      return bilingual({
        en: `off: outside the bounds by the mean of ${standing.readings === 1 ? "its reading" : `${standing.readings} readings`}: ${means}`,
        ja: `フロント外：測定値の平均（${standing.readings} 回）が制約の範囲外：${means}`,
      });
    }
    case "doubted":
      return bilingual({
        en: `off: read within the bounds, but only ${percentText(standing.chance)} % likely to keep them`,
        ja: `フロント外：測定値は範囲内だが、制約を満たす確率は ${percentText(standing.chance)} %`,
      });
    case "beaten":
      return bilingual({ en: "off: another is believed to be better", ja: "フロント外：勝ると推定される設計がある" });
    case "unjudged":
      return bilingual({ en: "measured since the front was judged", ja: "前回の評価より後の測定" });
  }
}

/** Returns a chance in whole percent: never nothing and never certain, which no model can say. */
export function percentText(chance: number): string {
  return String(Math.min(99, Math.max(1, Math.round(100 * chance))));
}

function unitIn(experiments: readonly ExperimentView[], name: string): string {
  return experiments.find(({ values }) => values?.[name] !== undefined)?.values?.[name]?.unit ?? "1";
}
