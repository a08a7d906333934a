import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { columnDictionary } from "../src/dataset/column-dictionary.ts";
import { readCampaignRecord } from "../src/read-campaign-record.ts";
import { csvOf, observationsCsv } from "../src/table/csv.ts";
import { observationTable } from "../src/table/observation-table.ts";
import { observationsParquet } from "../src/table/parquet.ts";
import { experiments, leavesOf, observation, recorded } from "./support/campaign.ts";
import { parseCsv } from "./support/parse-csv.ts";

const record = readCampaignRecord(recorded());
const table = observationTable(record);
const csv = parseCsv(observationsCsv(table));
const [header = [], ...rows] = csv;

function cell(row: number, name: string): string | null {
  const index = header.indexOf(name);
  if (index < 0) throw new Error(`there is no column ${name}`);
  return rows[row]?.[index] ?? null;
}

describe("the table of observations", () => {
  test("has a row for every observation, failures included, with their class and message", () => {
    expect(rows).toHaveLength(experiments.length);
    expect(rows.map((_, row) => cell(row, "has_failed"))).toEqual(["false", "false", "true", "false"]);
    expect(cell(2, "failure_class")).toBe("crash");
    expect(cell(2, "failure_message")).toBe(experiments[2]?.failure?.message);
    expect(cell(2, "observed_redness")).toBeNull();
  });

  test("shows what a failed run had measured before it failed, in a row that says that it failed", () => {
    const observations = record.observations.map((each) =>
      each.failure === null
        ? each
        : { ...each, partial: { redness: { value: 7, unit: "1", uncertainty: { value: null, reason: "unknown" } } } },
    );
    const kept = parseCsv(observationsCsv(observationTable({ ...record, observations })));
    const [names = [], , , failed = []] = kept;
    expect([failed[names.indexOf("observed_redness")], failed[names.indexOf("has_failed")]]).toEqual(["7", "true"]);
  });

  test("names the photos of a step by their digests, where it has any", () => {
    const picture = { sha256: "ab".repeat(32), size: 1_000, media: "image/jpeg" } as const;
    const [first, ...others] = record.observations;
    if (first === undefined) throw new Error("there are observations");
    const steps = first.steps.map((step, n) => (n === 0 ? { ...step, photos: { picture } } : step));
    const { columns } = observationTable({ ...record, observations: [{ ...first, steps }, ...others] });
    const photos = columns.filter(({ name }) => name.includes("_photo_"));
    expect(photos.map(({ name }) => name)).toEqual([`step_${steps[0]?.step}_photo_picture`]);
    expect(table.columns.some(({ name }) => name.includes("_photo_"))).toBe(false);
  });

  test("tells the firmware of each device where it is known, the step that failed, and whose word a result is", () => {
    const observations = record.observations.map((each) => ({
      ...each,
      stepId: each.failure === null ? each.stepId : (each.steps[0]?.commandId.split(".")[0] ?? ""),
      steps: each.steps.map((step) =>
        step.step === "dose"
          ? { ...step, firmware: { value: "4.1" } }
          : { ...step, entered: { by: { kind: "operator" as const, name: "Bo" }, confirmedBy: null, reason: "asked" } },
      ),
    }));
    const [names = [], ...lines] = parseCsv(observationsCsv(observationTable({ ...record, observations })));
    const told = (name: string) => lines.map((line) => line[names.indexOf(name)] ?? null);
    expect(told("step_dose_firmware")).toEqual(["4.1", "4.1", "4.1", "4.1"]);
    expect(told("step_read_entered_by")).toEqual(["Bo", "Bo", null, "Bo"]);
    expect(names).not.toContain("step_dose_entered_by");
    expect(told("failed_step")).toEqual([null, null, "dose", null]);
    expect(told("failed_device")).toEqual([null, null, "pump", null]);
  });

  test("keeps what was requested and what was executed apart", () => {
    expect([cell(0, "requested_iron"), cell(0, "executed_iron")]).toEqual(["5", "5.25"]);
    expect([cell(3, "requested_iron"), cell(3, "executed_iron")]).toEqual(["10", null]);
  });

  test("says of every unknown field why, and of fields where there is nothing to know nothing", () => {
    const why = JSON.parse(cell(3, "unknown_because") ?? "{}") as Record<string, string>;
    expect(why["executed_iron"]).toBe("the pump does not tell what it gave");
    expect(why["grant"]).toBe("the campaign file names no grant");
    expect(why["step_read_serial"]).toBe("the wire does not tell");
    expect(why).not.toHaveProperty("failure_class");
    expect(why).not.toHaveProperty("predicted_mean");
  });

  test("loses nothing of an observation: every value in it stands in its row", () => {
    for (const [index, experiment] of experiments.entries()) {
      const inRow = rows[index]?.map((text) => text ?? "").join("\u0000") ?? "";
      const { failure, ...rest } = observation(experiment);
      const missing = leavesOf({ ...rest, campaign: "", mode: "" }).filter((leaf) => !inRow.includes(leaf));
      expect(missing).toEqual([]);
      expect(inRow).toContain(failure?.code ?? "");
    }
  });

  test("names columns with letters, digits and underscores only, and each of them once", () => {
    expect(header.filter((name) => !/^[A-Za-z0-9_]+$/.test(name ?? ""))).toEqual([]);
    expect(new Set(header).size).toBe(header.length);
    expect(header).toContain("observed_drop_mass");
  });

  test("tells names apart that differ in other characters only", () => {
    const [first, ...others] = record.observations;
    if (first?.values == null) throw new Error("the first observation has values");
    const values = { "a b": first.values["redness"], a_b: first.values["redness"] } as NonNullable<typeof first.values>;
    const twins = observationTable({ ...record, observations: [{ ...first, values }, ...others] });
    const names = twins.columns.map(({ name }) => name);
    expect(names).toContain("observed_a_b");
    expect(names).toContain("observed_a_b_2");
  });

  test("describes every column in English and Japanese, with its unit and how much of it is known", () => {
    const dictionary = columnDictionary(table);
    expect(dictionary.map(({ name }) => name)).toEqual(header);
    expect(dictionary.filter(({ description }) => description.en === "" || description.ja === "")).toEqual([]);
    const of = (name: string) => dictionary.find((column) => column.name === name);
    expect(of("requested_iron")).toMatchObject({
      unit: "mM",
      description: { ja: "鉄：提案された値" },
      completeness: 100,
    });
    expect(of("executed_iron")?.completeness).toBe(75);
    expect(of("observed_drop_mass_uncertainty")).toMatchObject({ unit: "g", completeness: 0 });
    expect(of("failure_class")?.completeness).toBe(100);
  });

  test("is empty but for its header when nothing was observed yet", () => {
    const empty = observationTable(readCampaignRecord(recorded([], { isFinished: false })));
    expect(parseCsv(observationsCsv(empty))).toHaveLength(1);
    expect(empty.columns.map(({ name }) => name)).toContain("requested_iron");
    expect(observationsParquet(empty, "[]").byteLength).toBeGreaterThan(0);
  });
});

test("whatever stands in a field of CSV is read back as it was", () => {
  const field = fc.option(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", '"', "a,b", "\n", "\r\n", '""')),
  );
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (written) => {
      expect(parseCsv(csvOf(written))).toEqual(written);
    }),
  );
});

describe("the Parquet file", () => {
  const bytes = observationsParquet(table, "the dictionary");
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

  test("read back by another library, holds what the CSV holds, typed", async () => {
    const read = await parquetReadObjects({ file });
    const asText = (value: unknown) =>
      value instanceof Date ? value.toISOString() : value == null ? null : `${value as string | number}`;
    expect(read.map((row) => header.map((name) => asText(row[name ?? ""])))).toEqual(rows);
    expect(read[0]).toMatchObject({
      number: 1,
      replicate: 1,
      is_simulated: true,
      has_failed: false,
      requested_iron: 5,
    });
    expect(read[0]?.["observed_at"]).toEqual(new Date(observation(experiments[0] ?? never()).observedAt));
  });

  test("carries the column dictionary, and types that other tools read", () => {
    const { schema, key_value_metadata: metadata } = parquetMetadata(file);
    expect(metadata).toContainEqual({ key: "labloop.columns", value: "the dictionary" });
    const types = Object.fromEntries(schema.map(({ name, type, converted_type: as }) => [name, [type, as]]));
    expect(types["observed_redness"]).toEqual(["DOUBLE", undefined]);
    expect(types["number"]).toEqual(["INT32", undefined]);
    expect(types["observed_at"]).toEqual(["INT64", "TIMESTAMP_MILLIS"]);
    expect(types["failure_message"]).toEqual(["BYTE_ARRAY", "UTF8"]);
  });
});

test("a journal without a campaign has nothing to export", () => {
  expect(() => readCampaignRecord([])).toThrow("holds no campaign");
});

function never(): never {
  throw new Error("there is such an experiment");
}
