import { bilingual } from "../bilingual.ts";
import { markup, type Markup } from "../markup.ts";
import { instantText } from "../numbers.ts";
import type { DoubtRecord } from "./doubt-record.ts";
import type { ReportInput } from "./report-input.ts";

type Settled = NonNullable<DoubtRecord["settled"]>;

const answers: Readonly<Record<Settled["as"], { en: string; ja: string }>> = {
  executed: { en: "it happened", ja: "行われた" },
  partial: { en: "it happened in part", ja: "一部だけ行われた" },
  "not-executed": { en: "it did not happen", ja: "行われなかった" },
  discarded: { en: "skipped, the sample is suspect", ja: "飛ばし、試料は疑わしい" },
  succeeded: { en: "it had succeeded", ja: "成功していた" },
  failed: { en: "it had failed", ja: "失敗していた" },
  notExecuted: { en: "it was not executed", ja: "実行されていなかった" },
};

/** Returns every command that was in doubt, with who settled it, how and why. */
export function doubtSection({ doubts }: ReportInput): Markup {
  if (doubts.length === 0) {
    return markup`<p class="quiet">${bilingual({ en: "Nothing was ever in doubt.", ja: "結果不明になったものはありません。" })}</p>`;
  }
  return markup`<div class="wide"><table><thead><tr>
<th scope="col">${bilingual({ en: "in doubt since", ja: "結果不明になった時刻" })}</th><th scope="col">${bilingual({ en: "command", ja: "コマンド" })}</th>
<th scope="col">${bilingual({ en: "why", ja: "理由" })}</th><th scope="col">${bilingual({ en: "settled as", ja: "解決" })}</th>
<th scope="col">${bilingual({ en: "by, and why", ja: "回答者と理由" })}</th></tr></thead><tbody>
${doubts.map(
  ({ commandId, step, device, op, at, reason, settled }) => markup`<tr><td>${instantText(at)}</td>
<td class="free">${step} (${op}), ${device}<br>${commandId}</td><td class="free">${reason}</td>
<td class="free">${
    settled === null ? bilingual({ en: "still in doubt", ja: "未解決" }) : bilingual(answers[settled.as])
  }</td><td class="free">${settled === null ? "–" : saidBy(settled)}</td></tr>
`,
)}</tbody></table></div>`;
}

function saidBy({ by, confirmedBy, reason, at }: Settled): string {
  const names = [by, confirmedBy].filter((name) => name !== null).join(", ");
  return `${instantText(at)}${names === "" ? "" : `, ${names}`}: ${reason}`;
}
