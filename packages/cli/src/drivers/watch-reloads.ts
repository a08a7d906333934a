import type { Clock } from "@labloop/contracts";
import { readDriverNotes } from "./driver-notes.ts";
import type { DriverReload } from "./supervise-driver.ts";

const lookEveryMs = 2_000;

/**
 * Tells of drivers that are loaded anew by hosts in other processes of this machine that use the same folder, as their notes
 * say; returns what ends that. What was loaded anew before is not told.
 */
export function watchReloads(folder: string, linkClock: Clock, onReload: (reload: DriverReload) => void): () => void {
  const idsOf = () => Object.entries(readDriverNotes(folder)).map(([device, { reload }]) => ({ device, reload }));
  const known = new Set(idsOf().map(({ reload }) => reload?.id));
  const look = () => {
    for (const { device, reload } of idsOf()) {
      if (reload === null || known.has(reload.id)) continue;
      known.add(reload.id);
      if (reload.done !== undefined) onReload({ device, ...reload.done });
    }
    cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  };
  let cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  return () => cancel();
}
