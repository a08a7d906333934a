import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { LabError, RandomBand } from "@labloop/contracts";

/** Keeps what random search would reach beside the journal, so that a report can show it when the world is gone. */
export function keepRandomBand(file: string, band: RandomBand): void {
  writeFileSync(file, `${JSON.stringify(band)}\n`);
}

/** Returns what was kept, or null where nothing was; throws `report.bandDamaged` when it cannot be read. */
export function readRandomBand(file: string): RandomBand | null {
  if (!existsSync(file)) return null;
  try {
    return RandomBand.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new LabError("report.bandDamaged", `${file} holds no band of random search`, {
      cause: error,
      hint: "remove it: the next run of the campaign writes it anew, and a report can do without",
    });
  }
}
