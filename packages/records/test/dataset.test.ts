import { sha256 } from "@labloop/contracts/digest";
import { describe, expect, test } from "vitest";
import { checkExport } from "../src/dataset/check-export.ts";
import { ColumnDictionary, DatasetDocument, exportDataset, readCampaignRecord } from "../src/index.ts";
import { created, recorded } from "./support/campaign.ts";

const record = readCampaignRecord(recorded());

function exported(format: "csv" | "parquet") {
  const outcome = exportDataset(record, { format, isClosedAllowed: false });
  if (!outcome.ok) throw new Error(outcome.faults.map(({ message }) => message).join());
  return outcome.value;
}

describe("what may leave", () => {
  test("data that say nothing of themselves are refused, each missing thing by name with the line that it lacks", () => {
    const outcome = checkExport({ dataManager: "  " }, false);
    expect(outcome.ok ? [] : outcome.faults.map(({ code, path, hint }) => [code, path, hint?.split(" (")[0]])).toEqual([
      ["export.incomplete", "description", expect.stringContaining("campaign.yaml: description:")],
      ["export.incomplete", "dataManager", expect.stringContaining("campaign.yaml: dataManager:")],
      ["export.incomplete", "access", expect.stringContaining("campaign.yaml: access:")],
    ]);
  });

  test("a journal without a description gives no files", () => {
    const { description: _, ...origin } = created;
    const bare = readCampaignRecord(recorded([], { origin }));
    const outcome = exportDataset(bare, { format: "csv", isClosedAllowed: false });
    expect(outcome).toMatchObject({ ok: false, faults: [{ code: "export.incomplete", path: "description" }] });
  });

  test("closed data leave only when that is allowed", () => {
    const closed = readCampaignRecord(recorded([], { origin: { ...created, access: "closed" } }));
    expect(exportDataset(closed, { format: "csv", isClosedAllowed: false })).toMatchObject({
      ok: false,
      faults: [{ code: "export.closed", hint: expect.stringContaining("--allow-closed") }],
    });
    expect(exportDataset(closed, { format: "csv", isClosedAllowed: true }).ok).toBe(true);
  });
});

describe("the data set", () => {
  test("says what it is, who answers for it and where it comes from", () => {
    const { document } = exported("csv");
    expect(DatasetDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      title: { value: { en: "The <reddest> drop" } },
      description: created.description,
      dataManager: "Ada",
      access: "open",
      licence: { value: null, reason: expect.any(String) },
      campaign: { name: "colour", seed: 7, phase: "finished", documents: { protocol: `sha256:${"b".repeat(64)}` } },
      protocols: [{ name: "colour", version: "1.0.0" }],
      journal: { events: record.journal.events, head: `sha256:${record.journal.head}` },
      rows: 4,
      failures: 1,
    });
  });

  test("says when a driver was loaded anew, by whom, and its versions before and after; and nothing where none was", () => {
    expect(exported("csv").document).not.toHaveProperty("driverReloads");
    const reload = { device: "pump", by: { kind: "operator" as const, name: "Ada" }, from: "1.2.3", to: "1.3.0" };
    const events = [...recorded()];
    const last = events.at(-1);
    if (last === undefined) throw new Error("something was recorded");
    events.push({ ...last, seq: last.seq + 1, event: { type: "driver.reloaded", ...reload } });
    const outcome = exportDataset(readCampaignRecord(events), { format: "csv", isClosedAllowed: false });
    const at = new Date(last.labAt).toISOString();
    expect(outcome.ok && DatasetDocument.parse(outcome.value.document).driverReloads).toEqual([{ ...reload, at }]);
  });

  test("its completeness is counted, and what is missing is listed with the reason", () => {
    const { known, unknown, notApplicable, score, missing } = exported("csv").document.completeness;
    expect(score).toBe(known / (known + unknown));
    expect(missing.reduce((total, { rows }) => total + rows, 0)).toBe(unknown);
    expect(missing).toContainEqual({
      column: "executed_iron",
      rows: 1,
      reasons: ["the pump does not tell what it gave"],
    });
    expect(missing).toContainEqual({ column: "grant", rows: 4, reasons: ["the campaign file names no grant"] });
    expect(notApplicable).toBeGreaterThan(0);
  });

  test.each(["csv", "parquet"] as const)(
    "as %s, names every other file with its size and digest, and comes last",
    (format) => {
      const { document, files } = exported(format);
      expect(files.at(-1)?.name).toBe("dataset.json");
      expect(document.files).toEqual(
        files.slice(0, -1).map(({ name, content }) => ({
          name,
          mediaType: expect.any(String),
          bytes: Buffer.byteLength(content),
          sha256: `sha256:${sha256(content)}`,
        })),
      );
      const columns = files.find(({ name }) => name === "columns.json")?.content;
      expect(ColumnDictionary.parse(JSON.parse(String(columns))).length).toBeGreaterThan(50);
    },
  );

  test.each(["csv", "parquet"] as const)("as %s, is the same to the byte when it is made again", (format) => {
    expect(exported(format).files).toEqual(exported(format).files);
  });
});
