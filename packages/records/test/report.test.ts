import type { LabEvent, RandomBand, RecordedEvent } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { readReportInput, renderReport } from "../src/index.ts";
import { created, experiments, hostile, recorded } from "./support/campaign.ts";

const band: RandomBand = {
  experiments: [1, 2, 3, 4],
  low: [0.1, 0.2, 0.2, 0.3],
  median: [0.3, 0.4, 0.5, 0.5],
  high: [0.6, 0.7, 0.7, 0.8],
};
const events = recorded();
const html = renderReport(readReportInput(events, band));

describe("the report", () => {
  test("opens without a network and runs no script", () => {
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+=|@import|url\(|https?:/i);
  });

  test("escapes whatever devices and people have written", () => {
    expect(html).not.toContain(hostile);
    expect(html).toContain("&lt;/td&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quoted&#39;");
    expect(html).toContain("The &lt;reddest&gt; drop");
  });

  test("sums the campaign up in one sentence, in both languages", () => {
    const text = html.replaceAll(/<[^>]+>/g, "");
    expect(text).toContain(
      "The campaign is finished: in 49 min of lab time the simulated lab bench made 3 of 4 experiments, and 1 more failed.",
    );
    expect(text).toContain(
      "The best design, iron 10 mM, pH 3, is expected to give redness 0.72 (90 % between 0.66 and 0.78).",
    );
    expect(text).toContain("実験計画は完了しました");
  });

  test("says as what the best design was asked for, where it was carried out as another one", () => {
    const asked = events.map((record): RecordedEvent => {
      const { event } = record;
      if (event.type !== "campaign.finished" || event.best === null) return record;
      return { ...record, event: { ...event, best: { ...event.best, requested: { iron: 9.8, pH: 3 } } } };
    });
    const text = renderReport(readReportInput(asked, null)).replaceAll(/<[^>]+>/g, " ");
    expect(text.replaceAll(/\s+/g, " ")).toContain("Asked for as 指示した条件 iron 9.8 mM, pH 3 ");
    expect(html).not.toContain("Asked for as");
  });

  test("has every text in English and Japanese, one of them shown", () => {
    const english = html.match(/class="en" lang="en"/g) ?? [];
    const japanese = html.match(/class="ja" lang="ja"/g) ?? [];
    expect(english.length).toBeGreaterThan(30);
    expect(japanese).toHaveLength(english.length);
    expect(html).toContain("最も赤い液滴");
    expect(html).toMatch(/id="in-en" checked/);
  });

  test("lists every experiment, failures included, and every alarm", () => {
    expect(html.match(/<th scope="row">[1-4]<\/th>/g)).toHaveLength(4);
    expect(html.match(/class="bad-row"/g)).toHaveLength(1);
    expect(html).toContain("device.stalled");
  });

  test("says how busy each device was over the campaign, from start to end", () => {
    const row = /<th scope="row">pump<\/th>[\s\S]*?<\/tr>/.exec(html)?.[0].replaceAll(/<[^>]+>|\s+/g, " ");
    // Four doses of three minutes in 49.
    expect(row).toMatch(/24 % +12 min +4 +syringe-pump/);
  });

  test("names the journal's head, the seed and every document's digest", () => {
    for (const fact of [events.at(-1)?.hash, "aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd"])
      expect(html).toContain(`sha256:${fact}`);
    expect(html).toMatch(/Seed[\s\S]{0,200}<td>7<\/td>/);
  });

  test("shows what random search reaches only where that is known", () => {
    expect(html).toContain('class="random"');
    expect(renderReport(readReportInput(events, null))).not.toContain('class="random"');
  });

  test("is the same to the byte when it is made again", () => {
    expect(renderReport(readReportInput(events, band))).toBe(html);
  });

  test("of a campaign that has just begun is whole, and calls it under way", () => {
    const young = renderReport(readReportInput(recorded([], { isFinished: false }), null));
    expect(young).toContain("The campaign is under way (running)");
    expect(young).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("of an aborted campaign says how many results its best does not rest on, and draws it no further than it goes", () => {
    const aborted = recorded(experiments.slice(0, 2)).map(
      (record): RecordedEvent =>
        record.event.type === "campaign.finished"
          ? { ...record, event: { type: "campaign.aborted", reason: "smoke", by: created.actor } }
          : record,
    );
    const told = renderReport(readReportInput(aborted, null));
    expect(told).toContain("1 newer result was not judged by then and is not in this.");
    expect(told).toContain("Why it ended: smoke.");
    // A line would need a second point.
    expect(told).toMatch(/<path class="best" d="M[\d. ]+"/);
    expect(html).not.toContain("not judged by then");
  });

  test("says that no measured design keeps its bounds where that is why there is no best one, and not that none was judged", () => {
    const bounded = events.map((record): RecordedEvent => {
      const { event } = record;
      if (event.type === "campaign.created") {
        return { ...record, event: { ...event, outcomeConstraints: { redness: { max: 0.01 } } } };
      }
      if (event.type === "proposal.made")
        return { ...record, event: { ...event, answer: { ...event.answer, best: null } } };
      return event.type === "campaign.finished" ? { ...record, event: { ...event, best: null } } : record;
    });
    const told = renderReport(readReportInput(bounded, null));
    expect(told).toContain("No measured design is believed to keep its bounds.");
    expect(told).not.toContain("No design has been judged yet.");
  });

  test("has no number that is none", () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test("closes every element that it opens", () => {
    expect(unclosed(html)).toEqual([]);
  });
});

test("an empty journal makes no report", () => {
  expect(() => readReportInput([], null)).toThrow("holds no campaign");
});

/** Tags that are not closed in order. */
function unclosed(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, close, name = "", self] of page
    .replace(/<style>[\s\S]*<\/style>/, "")
    .matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
    if (self === "/" || ["meta", "input"].includes(name)) continue;
    if (close === "") open.push(name);
    else if (open.pop() !== name) wrong.push(tag);
  }
  return [...wrong, ...open];
}

describe("what was in doubt", () => {
  const young = recorded(undefined, { isFinished: false });
  const intents = young.flatMap(({ event }) => (event.type === "step.intended" ? [event] : []));
  const [first, second] = [intents[0]?.commandId ?? "", intents[1]?.commandId ?? ""];
  const last = young.at(-1);
  const after = (...added: LabEvent[]): RecordedEvent[] => [
    ...young,
    ...added.map((event, index): RecordedEvent => {
      if (last === undefined) throw new Error("nothing was recorded");
      return { ...last, seq: last.seq + 1 + index, event };
    }),
  ];
  const doubted = (commandId: string): LabEvent => ({ type: "step.doubted", commandId, reason: hostile, evidence: {} });
  const textOf = (records: readonly RecordedEvent[]) =>
    /<h2><span class="en" lang="en">In doubt[\s\S]*?<\/section>/.exec(
      renderReport(readReportInput(records, null)),
    )?.[0] ?? "";

  test("stands in the report with who settled it, how and why; what nobody has settled says so", () => {
    const resolved: LabEvent = {
      type: "step.resolved",
      commandId: first,
      as: "discarded",
      by: { kind: "operator", name: "Ada" },
      confirmedBy: { kind: "operator", name: "Grace" },
      reason: "the drop was gone",
      evidence: {},
      result: null,
      executed: null,
    };
    const text = textOf(after(doubted(first), doubted(second), resolved));
    expect(text).toContain(first);
    expect(text).toMatch(/skipped, the sample is suspect[\s\S]*Ada, Grace: the drop was gone/);
    expect(text).toMatch(new RegExp(`${second}[\\s\\S]*still in doubt`));
    expect(text).not.toContain("<script>");
  });

  test("is nothing in a campaign without doubts, and the report says that", () => {
    expect(textOf(young)).toContain("Nothing was ever in doubt.");
  });
});
