import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { LabError } from "@labloop/contracts";
import { openPhotoShelf } from "@labloop/gateway/photo-shelf";
import { readJournal } from "@labloop/journal";
import { type ExportedDataset, exportDataset, readCampaignRecord } from "@labloop/records";
import { pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { makeFolder } from "../make-folder.ts";
import { print, printJson } from "../say.ts";
import { reportFaults } from "./report-faults.ts";

export interface ExportFlags {
  readonly format: string;
  readonly out?: string;
  readonly allowClosed?: boolean;
  readonly photos?: boolean;
  readonly json?: boolean;
}

/** `labloop export DIR`: writes a campaign's observations as a data set that stands alone, into a folder. */
export function exportData(folder: string, flags: ExportFlags): ExitCode {
  const { format, out, allowClosed = false, json = false } = flags;
  if (format !== "csv" && format !== "parquet") {
    throw new LabError("usage.badFormat", `--format ${format} is none of csv, parquet`);
  }
  const reader = readJournal(pathsOf(folder).journal);
  try {
    const exported = exportDataset(readCampaignRecord(reader.events()), {
      format,
      isClosedAllowed: allowClosed,
      withPhotos: flags.photos === true,
    });
    if (!exported.ok) return reportFaults(exported.faults, json);
    const target = resolve(out ?? join(folder, "export"));
    const { document, files, photos } = exported.value;
    const written = writeAll(target, [...filesOf(pathsOf(folder).photos, photos), ...files]);
    const { rows, failures, completeness } = document;
    if (json) {
      printJson({
        v: 1,
        ok: true,
        format,
        folder: target,
        files: written,
        rows,
        failures,
        completeness,
        journal: document.journal,
      });
      return exitCode.done;
    }
    print(`${rows} observations, ${failures} of them failures, in ${target}`);
    for (const name of written) print(`  ${name}`);
    if (completeness.score !== null) print(`${percent(completeness.score)} of what can be known is known; missing:`);
    for (const { column, rows: missing, reasons } of completeness.missing) {
      print(`  ${column} in ${missing} of ${rows}: ${reasons.join("; ")}`);
    }
    return exitCode.done;
  } finally {
    reader.close();
  }
}

/** Returns where the photos lie; throws `export.photoMissing` before anything is written that would name one in vain. */
function filesOf(folder: string, photos: ExportedDataset["photos"]): { name: string; path: string }[] {
  const shelf = openPhotoShelf(folder);
  return photos.map((photo) => {
    const path = shelf.has(photo.commandId, photo) ? shelf.fileOf(photo.commandId, photo.sha256)?.path : undefined;
    if (path !== undefined) return { name: photo.name, path };
    throw new LabError("export.photoMissing", `the photo ${photo.sha256} of ${photo.commandId} is not in ${folder}`, {
      hint: "restore the folder from a backup, or export without --photos",
    });
  });
}

/** Each file appears whole or not at all; the document, which names the others, comes last. */
function writeAll(
  target: string,
  files: readonly ({ name: string; content: string | Uint8Array } | { name: string; path: string })[],
): string[] {
  try {
    makeFolder(target);
    for (const file of files) {
      const draft = join(target, `.${file.name}.draft`);
      if ("path" in file) copyFileSync(file.path, draft);
      else writeFileSync(draft, file.content);
      renameSync(draft, join(target, file.name));
    }
  } catch (error) {
    throw new LabError("export.notWritable", `the folder ${target} cannot be written`, {
      cause: error,
      hint: "choose another with --out, or give yourself the right to write there",
    });
  }
  return files.map(({ name }) => name);
}

function percent(share: number): string {
  // Never rounded up to a hundred: that would hide what is missing.
  return `${Math.floor(share * 1_000) / 10} %`;
}
