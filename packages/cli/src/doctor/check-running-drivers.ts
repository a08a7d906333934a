import { deviceFoldersIn } from "../drivers/device-folders.ts";
import { readDriverNotes } from "../drivers/driver-notes.ts";
import { isThere } from "../is-there.ts";
import { fault, type Finding, warning } from "./finding.ts";

/**
 * Returns what has gone wrong with drivers in processes of their own, as their hosts have left it in a data folder or in
 * the folders right under it: what does not run now is a fault, what ran again or has ended since a warning.
 */
export function checkRunningDrivers(data: string): Finding[] {
  return deviceFoldersIn(data).flatMap((folder) =>
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
