import type { DoubtedPoint, RecordedEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { readCampaignRecord, readReportInput, renderReport } from "../src/index.ts";
import { observationTable } from "../src/table/observation-table.ts";
import { recordedFront } from "./support/campaign.ts";

test("the report of a campaign with two objectives has the front as a table and as a drawing, in both languages", () => {
  const html = renderReport(readReportInput(recordedFront(), null));
  const text = html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  expect(text).toContain(
    "On the front is 1 design: no other usable design is believed to beat one of them in everything.",
  );
  expect(text).toContain("フロント上の設計は 1 件です");
  expect(text).toContain("10.25 3 0.75 (0.74 – 0.76) 0.75 0.05 (0.04 – 0.06) 0.05");
  expect(html).toContain("The front of redness and drop mass / redness と drop mass のフロント");
  expect(html.match(/class="onfront"/g)).toHaveLength(2);
  // One for each of three experiments with both readings, and one in the key.
  expect(html.match(/<circle class="measured"/g)).toHaveLength(4);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test("the report says as what a design on the front was asked for, where it was carried out as another one", () => {
  const events = recordedFront().map((record): RecordedEvent => {
    const { event } = record;
    if (event.type !== "campaign.finished") return record;
    const front = event.front?.map((point) => ({ ...point, requested: { ...point.parameters, iron: 10 } }));
    return { ...record, event: { ...event, front } } as RecordedEvent;
  });
  const text = renderReport(readReportInput(events, null)).replaceAll(/<[^>]+>/g, " ");
  expect(text.replaceAll(/\s+/g, " ")).toContain("10.25 ( asked for: 10 指示値 10 ) 3 0.75");
});

test("the table of observations says what was expected of each objective, and which designs are on the front", () => {
  const { columns, rows } = observationTable(readCampaignRecord(recordedFront()));
  const names = columns.map(({ name }) => name);
  expect(names).toContain("predicted_mean_redness");
  expect(names).toContain("predicted_high90_drop_mass");
  expect(names).not.toContain("predicted_mean");
  const cells = (name: string) =>
    rows.map((row) => {
      const cell = row[names.indexOf(name)];
      return cell?.state === "known" ? cell.value : null;
    });
  expect(cells("is_on_front").slice(0, 3)).toEqual([false, true, false]);
  expect(cells("predicted_mean_drop_mass")).toEqual([null, 0.05, null, 0.05]);
});

test("report and table tell alike why a design is not on the front of a campaign with bounds", () => {
  const judged = (min: number, doubted: DoubtedPoint[]) => {
    const events = recordedFront().map((record): RecordedEvent => {
      const { event } = record;
      if (event.type === "campaign.created") {
        return { ...record, event: { ...event, outcomeConstraints: { redness: { min } } } };
      }
      if (event.type !== "campaign.finished") return record;
      const front = event.front?.map((point) => ({ ...point, chance: 0.88 })) ?? [];
      return { ...record, event: { ...event, front, doubted } };
    });
    const { columns, rows } = observationTable(readCampaignRecord(events));
    const cells = (name: string) =>
      rows.map((row) => {
        const cell = row[columns.findIndex((column) => column.name === name)];
        return cell?.state === "known" ? cell.value : null;
      });
    const html = renderReport(readReportInput(events, null));
    const text = html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
    return { standing: cells("front_standing"), chance: cells("chance_within_bounds"), text };
  };
  // The third failed, and of the fourth nobody knows how it was carried out.
  const outside = judged(0.6, []);
  expect(outside.standing).toEqual(["outside", "front", null, null]);
  expect(outside.chance).toEqual([null, 0.88, null, null]);
  expect(outside.text).toContain("A design on the front keeps 0.6 ≤ redness, by the mean of its readings");
  expect(outside.text).toContain("1 measured design does not by its readings; 0 are read within");
  expect(outside.text).toContain("off: outside the bounds by the mean of its reading: redness 0.5");
  const doubted = judged(0.4, [{ parameters: { iron: 5.25, pH: 3 }, chance: 0.3 }]);
  expect(doubted.standing).toEqual(["doubted", "front", null, null]);
  expect(doubted.chance).toEqual([0.3, 0.88, null, null]);
  expect(doubted.text).toContain("off: read within the bounds, but only 30 % likely to keep them");
});
