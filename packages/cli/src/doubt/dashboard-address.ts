import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as z from "zod";

const Address = z.object({ v: z.literal(1), url: z.string() });

/** Notes where a campaign's dashboard is, for commands that are given its data folder; returns what takes the note away. */
export function noteDashboard(file: string, url: string): () => void {
  writeFileSync(`${file}.draft`, `${JSON.stringify({ v: 1, url })}\n`);
  renameSync(`${file}.draft`, file);
  return () => rmSync(file, { force: true });
}

/** Returns the address that was noted, or null; a process that was killed leaves its note behind, so ask there who answers. */
export function notedDashboard(file: string): string | null {
  try {
    return Address.parse(JSON.parse(readFileSync(file, "utf8"))).url;
  } catch {
    // Without a note that can be read, the journal is asked, which is always right.
    return null;
  }
}
