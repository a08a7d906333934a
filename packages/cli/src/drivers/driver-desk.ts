import type { Clock, Ids } from "@labloop/contracts";
import type { DriverDesk } from "@labloop/gateway";
import { askReload } from "./ask-reload.ts";
import { notedStandings } from "./driver-notes.ts";
import type { OpenDrivers } from "./open-drivers.ts";

/** Returns what the page knows of a lab's drivers: of this process's, or of those whose hosts use the same folder. */
export function driverDesk(
  drivers: OpenDrivers | null,
  folder: string,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): DriverDesk {
  return {
    standings: () => drivers?.standings() ?? notedStandings(folder),
    reloadable: () => drivers?.reloadable ?? Object.keys(notedStandings(folder)),
    reload: (device, by, signal) => askReload(folder, device, { withinMs: 0, by: by.name, clock, ids, signal }),
  };
}
