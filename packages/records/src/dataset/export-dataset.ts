import type { Outcome } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import type { CampaignRecord } from "../read-campaign-record.ts";
import { observationsCsv } from "../table/csv.ts";
import { observationTable } from "../table/observation-table.ts";
import { observationsParquet } from "../table/parquet.ts";
import { checkExport } from "./check-export.ts";
import { columnDictionary, columnDictionaryCsv } from "./column-dictionary.ts";
import { completenessOf } from "./completeness.ts";
import { type ExportedPhoto, photosOf } from "./photos-of.ts";
import { type DatasetDocument, type DatasetFile, datasetDocument } from "./dataset-document.ts";

/** A file to be written. */
interface ExportedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A whole data set: its document, and every file of it, the document (`dataset.json`) last. */
export interface ExportedDataset {
  readonly document: DatasetDocument;
  readonly files: readonly ExportedFile[];
  /** Files to be copied as they are; none where they were not asked for. */
  readonly photos: readonly ExportedPhoto[];
}

/**
 * Returns a campaign's observations as a data set that stands alone, or why it may not leave (see `checkExport`). Equal
 * journals give equal bytes.
 */
export function exportDataset(
  record: CampaignRecord,
  options: { readonly format: "csv" | "parquet"; readonly isClosedAllowed: boolean; readonly withPhotos?: boolean },
): Outcome<ExportedDataset> {
  const { description } = record.origin;
  const checked = checkExport(record.origin, options.isClosedAllowed);
  if (!checked.ok) return checked;
  if (description === undefined) throw new Error("data without a description have passed the check");

  const table = observationTable(record);
  const dictionary = columnDictionary(table);
  const columnsJson = jsonText(dictionary);
  const files = [
    options.format === "csv"
      ? { name: "observations.csv", mediaType: "text/csv", content: observationsCsv(table) }
      : {
          name: "observations.parquet",
          mediaType: "application/vnd.apache.parquet",
          content: observationsParquet(table, columnsJson),
        },
    { name: "columns.json", mediaType: "application/json", content: columnsJson },
    { name: "columns.csv", mediaType: "text/csv", content: columnDictionaryCsv(dictionary) },
  ];
  const described = files.map(
    ({ name, mediaType, content }): DatasetFile => ({
      name,
      mediaType,
      bytes: typeof content === "string" ? Buffer.byteLength(content) : content.byteLength,
      sha256: `sha256:${sha256(content)}`,
    }),
  );
  const photos = options.withPhotos === true ? photosOf(record.observations) : [];
  const listed = photos.map(
    ({ name, media, size, sha256: hash }): DatasetFile => ({
      name,
      mediaType: media,
      bytes: size,
      sha256: `sha256:${hash}`,
    }),
  );
  const document = datasetDocument(record, description, completenessOf(table), [...described, ...listed]);
  return {
    ok: true,
    value: { document, files: [...files, { name: "dataset.json", content: jsonText(document) }], photos },
  };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
