import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readDriverNotes } from "../drivers/driver-notes.ts";
import { isThere } from "../is-there.ts";
import { fault, type Finding, warning } from "./finding.ts";

/**
 * Returns what has gone wrong with drivers in processes of their own, as their hosts have left it in a data folder or in
 * the folders right under it: what does not run now is a fault, what ran again or has ended since a warning.
 */
export function checkRunningDrivers(data: string): Finding[] {
  const folders = [data, ...foldersIn(data)].map((folder) => join(folder, "devices"));
  return folders.flatMap((folder) =>
    Object.values(readDriverNotes(folder)).flatMap(({ device, hostPid, standing }): Finding[] => {
      const { fault: last, state } = standing;
      if (last === null) return [];
      const place = last.file === undefined ? "" : `${last.file}${last.line === undefined ? "" : `:${last.line}`}: `;
      const isHosted = isThere(hostPid);
      const is = isHosted && state === "failed" ? fault : warning;
      const what = `${place}${last.message}${isHosted ? "" : " (its host has ended since)"}`;
      const mend = isHosted ? `${last.hint ?? "mend the driver"}: labloop device reload ${device}` : last.hint;
      return [is(`device ${device}`, last.code, what, mend)];
    }),
  );
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}
