import type { Clock } from "@labloop/contracts";
import { readDriverNotes } from "./driver-notes.ts";
import type { DriverReload } from "./supervise-driver.ts";

const lookEveryMs = 2_000;

/**
 * Tells of drivers that are loaded anew by hosts in other processes of this machine that use the same folder, as their notes
 * say; returns what ends that. What was loaded anew before is not told.
 */
export function watchReloads(folder: string, linkClock: Clock, onReload: (reload: DriverReload) => void): () => void {
  const noted = () =>
    Object.entries(readDriverNotes(folder)).flatMap(([device, { reloads }]) =>
      reloads.map(({ id, ...reload }) => ({ id, reload: { device, ...reload } })),
    );
  const known = new Set(noted().map(({ id }) => id));
  const look = () => {
    for (const { id, reload } of noted()) {
      if (known.has(id)) continue;
      known.add(id);
      onReload(reload);
    }
    cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  };
  let cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  return () => cancel();
}
