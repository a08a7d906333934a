import { renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { LabError } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";
import { readReportInput, renderReport } from "@labloop/records";
import { pathsOf } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { readRandomBand } from "../report/random-band.ts";
import { print, printJson } from "../say.ts";

/** `labloop report DIR`: writes a campaign's report as one HTML file that opens without a network. */
export function report(folder: string, flags: { out?: string; json?: boolean }): ExitCode {
  const paths = pathsOf(folder);
  const reader = readJournal(paths.journal);
  try {
    const input = readReportInput(reader.events(), readRandomBand(paths.band));
    const file = resolve(flags.out ?? paths.report);
    write(file, renderReport(input));
    if (flags.json === true) {
      const { events, head } = input.view.campaign.journal;
      printJson({ v: 1, ok: true, file, journal: { events, head: `sha256:${head}` } });
    } else print(file);
    return exitCode.done;
  } finally {
    reader.close();
  }
}

function write(file: string, html: string): void {
  try {
    writeFileSync(`${file}.draft`, html);
    renameSync(`${file}.draft`, file);
  } catch (error) {
    throw new LabError("report.notWritable", `${file} cannot be written`, {
      cause: error,
      hint: "choose another file with --out, or give yourself the right to write there",
    });
  }
}
