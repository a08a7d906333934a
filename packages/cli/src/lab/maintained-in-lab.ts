import { LabError } from "@labloop/contracts";
import { maintenanceIn, type MaintenanceReading, newestReadings } from "@labloop/engine";
import { type JournalReader, readJournal } from "@labloop/journal";
import type { DataFolder } from "../data-folder.ts";
import { isOfLab, type SharedLab, unreadable } from "./left-in-lab.ts";

/**
 * Returns what the campaigns of a lab have counted of its devices' maintenance, the newest of each, from the journals of these
 * data folders. Throws `lab.campaignUnreadable` for a journal that cannot be read: nobody knows then.
 */
export function maintainedInLab(
  folders: readonly DataFolder[],
  shared: Pick<SharedLab, "lab" | "world">,
): readonly MaintenanceReading[] {
  return newestReadings(folders.flatMap((folder) => readMaintained(folder, shared)));
}

function readMaintained(folder: DataFolder, shared: Pick<SharedLab, "lab" | "world">): readonly MaintenanceReading[] {
  let reader: JournalReader | undefined;
  try {
    reader = readJournal(folder.journal);
    const [first] = reader.events();
    if (first?.event.type !== "campaign.created" || !isOfLab(first.event, shared)) return [];
    return first.event.maintenance === undefined ? [] : maintenanceIn(reader.events());
  } catch (error) {
    // A campaign that was killed before its first fact has counted nothing.
    if (error instanceof LabError && error.code === "journal.notFound") return [];
    throw unreadable(folder, error);
  } finally {
    reader?.close();
  }
}
