import { expect, test } from "vitest";
import { readCampaignRecord, readReportInput, renderReport } from "../src/index.ts";
import { observationTable } from "../src/table/observation-table.ts";
import { recordedFront } from "./support/campaign.ts";

test("the report of a campaign with two objectives has the front as a table and as a drawing, in both languages", () => {
  const html = renderReport(readReportInput(recordedFront(), null));
  const text = html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  expect(text).toContain("On the front is 1 design: no other is believed to beat one of them in everything.");
  expect(text).toContain("フロント上の設計は 1 件です");
  expect(text).toContain("10.25 3 0.75 (0.74 – 0.76) 0.75 0.05 (0.04 – 0.06) 0.05");
  expect(html).toContain("The front of redness and drop mass / redness と drop mass のフロント");
  expect(html.match(/class="onfront"/g)).toHaveLength(2);
  // One for each of three experiments with both readings, and one in the key.
  expect(html.match(/<circle class="measured"/g)).toHaveLength(4);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
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
