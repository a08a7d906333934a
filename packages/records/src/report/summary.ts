import { type JointObjective, unjudgedCount } from "@labloop/contracts";
import { bilingual } from "../bilingual.ts";
import { type Insert, markup, type Markup } from "../markup.ts";
import { afterValue, durationText, instantText, pointText, rounded } from "../numbers.ts";
import type { ReportInput } from "./report-input.ts";
import { whyNoneBest } from "./why-none-best.ts";

/** Returns the campaign in one sentence. */
export function summarySentence({ view, lastAt }: ReportInput): Markup {
  const { done, failed, budget, phase, reason, startedAt, endedAt, mode, lab, best, objective, front, space } =
    view.campaign;
  const took = durationText((endedAt ?? lastAt) - startedAt);
  // With its budget spent a campaign has ended for no other reason, whatever was asked meanwhile.
  const why = phase === "finished" && done >= budget ? null : reason;
  const isOver = phase === "finished" || phase === "aborted";
  const none = whyNoneBest(view.campaign);
  const unjudged = view.campaign.judged === 0 ? 0 : unjudgedCount(view.experiments, view.campaign);
  const en = [
    `${isOver ? `The campaign is ${phase}` : `The campaign is under way (${phase})`}: in ${took} of lab time the ${mode} lab ${lab} made`,
    `${done} of ${budget} experiments${failed === 0 ? "" : `, and ${failed} more failed`}.`,
    ...(why === null ? [] : [`${isOver ? "Why it ended" : "Why"}: ${why}.`]),
    objective === null || best === null
      ? front === undefined || front.length === 0
        ? none.en
        : `On the front ${front.length === 1 ? "is 1 design" : `are ${front.length} designs`}: no other usable design is believed to beat one of them in everything.`
      : `The best design, ${pointText(best.parameters, space)}, is expected to give ${objective.name} ${rounded(best.value)}${afterValue(objective.unit)} (90 % between ${rounded(best.interval90[0])} and ${rounded(best.interval90[1])}).`,
    ...(unjudged === 0
      ? []
      : [
          `${unjudged} newer ${unjudged === 1 ? "result was" : "results were"} not judged by then and ${unjudged === 1 ? "is" : "are"} not in this.`,
        ]),
  ];
  const lead = mode === "simulated" ? "シミュレーション実験室" : "実験室";
  const ja = [
    `${isOver ? (phase === "finished" ? "実験計画は完了しました" : "実験計画は中止されました") : "実験計画は実施中です"}。${lead} ${lab} は ${took} で予定 ${budget} 件のうち ${done} 件の実験を行いました${failed === 0 ? "" : `（ほかに失敗 ${failed} 件）`}。`,
    ...(why === null ? [] : [`${isOver ? "終了の理由" : "理由"}：${why}。`]),
    objective === null || best === null
      ? front === undefined || front.length === 0
        ? none.ja
        : `フロント上の設計は ${front.length} 件です（使える設計で、すべての目的でこれらに勝ると推定されるものはほかにありません）。`
      : `最良の設計は ${pointText(best.parameters, space)} で、${objective.name} の推定値は ${rounded(best.value)}${afterValue(objective.unit)}（90 % 区間 ${rounded(best.interval90[0])}～${rounded(best.interval90[1])}）です。`,
    ...(unjudged === 0 ? [] : [`新しい結果 ${unjudged} 件は未評価のため、これに含まれていません。`]),
  ];
  return markup`<p class="lead">${bilingual({ en: en.join(" "), ja: ja.join("") })}</p>`;
}

/** Returns the best design and the best reading, apart: the second is often a lucky one. */
export function bestSection({ view }: ReportInput): Markup {
  const { best, bestMeasured, objective, objectives = [], space } = view.campaign;
  if (best === null || objective === null) return markup``;
  const [low, high] = best.interval90;
  return markup`<dl class="facts">
<dt>${bilingual({ en: "Best design", ja: "最良の設計" })}</dt><dd><strong>${pointText(best.parameters, space)}</strong></dd>
${best.requested === undefined ? null : markup`<dt>${bilingual({ en: "Asked for as", ja: "指示した条件" })}</dt><dd>${pointText(best.requested, space)}</dd>`}
<dt>${bilingual({ en: "Expected", ja: "推定値" })}</dt><dd>${rounded(best.value)}${afterValue(objective.unit)} <span class="quiet">(90 %: ${rounded(low)} – ${rounded(high)})</span></dd>
<dt>${bilingual({ en: "Measured there", ja: "その実測値" })}</dt><dd>${best.observed.map(rounded).join(", ")}${afterValue(objective.unit)}</dd>
${bestMeasured === null ? null : markup`<dt>${bilingual({ en: "Best single reading", ja: "最良の単一測定" })}</dt><dd>${rounded(bestMeasured.value)}${afterValue(objective.unit)} <span class="quiet">(${pointText(bestMeasured.parameters, space)})</span></dd>`}
${objectives.map((each) => wantedRow(each))}</dl>`;
}

/** What is wanted of an objective, where the campaign says what is desirable of it. */
function wantedRow({ name, unit, desirability }: JointObjective): Insert {
  if (desirability === undefined) return null;
  const text = (value: number) => `${rounded(value)}${afterValue(unit)}`;
  const wanted =
    "target" in desirability
      ? bilingual({
          en: `at ${text(desirability.target)}; unacceptable at ${text(desirability.low)} and below and at ${text(desirability.high)} and above`,
          ja: `${text(desirability.target)}（${text(desirability.low)} 以下と ${text(desirability.high)} 以上は許容外）`,
        })
      : bilingual({
          en: `at ${text(desirability.best)}; unacceptable at ${text(desirability.worst)}`,
          ja: `${text(desirability.best)}（${text(desirability.worst)} は許容外）`,
        });
  return markup`<dt>${bilingual({ en: `Wanted of ${name}`, ja: `${name} の望ましい値` })}</dt><dd>${wanted}</dd>
`;
}

/** Returns where the report's facts come from, so that they can be checked. */
export function provenanceSection({ view, origin, protocol, lastAt }: ReportInput): Markup {
  const { campaign } = view;
  const rows: (readonly [{ en: string; ja: string }, string])[] = [
    [{ en: "Campaign", ja: "実験計画" }, `${campaign.campaign} ${campaign.campaignId}`],
    [{ en: "Lab", ja: "実験室" }, `${campaign.lab} (${campaign.mode})`],
    [
      { en: "Lab clock", ja: "実験室時計" },
      `${campaign.clock.kind}${campaign.clock.kind === "scaled" ? ` × ${campaign.clock.scale}` : ""}, ${instantText(campaign.startedAt)} – ${instantText(campaign.endedAt ?? lastAt)}`,
    ],
    [{ en: "Seed", ja: "乱数の種" }, String(campaign.seed)],
    [{ en: "Run by", ja: "実行者" }, `${origin.actor.name} (${origin.actor.kind})`],
    [{ en: "Data manager", ja: "データ管理者" }, origin.dataManager],
    [{ en: "Access", ja: "公開区分" }, origin.access],
    [{ en: "Grant", ja: "体系的番号" }, origin.grant ?? "–"],
    [{ en: "Journal", ja: "記録" }, `${campaign.journal.events} events`],
    [{ en: "Head of its hash chain", ja: "ハッシュ連鎖の先頭" }, `sha256:${campaign.journal.head}`],
    ...(protocol === null
      ? []
      : [
          [
            { en: "Protocol", ja: "プロトコル" },
            `${protocol.name} ${protocol.version} sha256:${protocol.digest}`,
          ] as const,
        ]),
    ...Object.entries(origin.documents).map(
      ([name, digest]) => [{ en: `File: ${name}`, ja: `ファイル：${name}` }, `sha256:${digest}`] as const,
    ),
  ];
  return markup`<table class="provenance"><tbody>
${rows.map(
  ([name, value]) => markup`<tr><th scope="row">${bilingual(name)}</th><td>${value}</td></tr>
`,
)}</tbody></table>
<p class="quiet">${bilingual({
    en: "Every event's hash was checked while this page was made. To check again: labloop replay, with the data folder.",
    ja: "このページの作成時にすべてのイベントのハッシュを検証しました。再検証は labloop replay とデータフォルダーで行えます。",
  })}</p>`;
}
