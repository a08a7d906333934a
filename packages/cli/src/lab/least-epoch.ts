import { LabError } from "@labloop/contracts";
import { type JournalReader, readJournal } from "@labloop/journal";
import type { DataFolder } from "../data-folder.ts";
import { neighboursOf } from "./campaign-folders.ts";
import { isOfLab, type SharedLab, unreadable } from "./left-in-lab.ts";

/**
 * Returns the least epoch for a campaign to start under: above every one that was used in its lab, from the journals of the
 * folders beside it, for the epochs of a lab are one count (contract section 9). Throws `lab.campaignUnreadable`.
 *
 * A campaign that goes on is lifted only if the count goes on in others right where its own journal ends. Where epochs are
 * missing there, they may be its own, lost with the newer journal that a backup has replaced: it stays below them, so that the
 * fences of its devices show it.
 */
export function leastEpoch(folder: DataFolder, shared: Pick<SharedLab, "lab" | "world">): number {
  const own = Math.max(0, ...epochsIn(folder, shared));
  const above = neighboursOf(folder)
    .flatMap((neighbour) => [...epochsIn(neighbour, shared)])
    .filter((epoch) => epoch > own);
  const [first, last] = [Math.min(...above), Math.max(...above)];
  const isWhole = own === 0 || first === own + 1;
  return above.length > 0 && isWhole ? last + 1 : own + 1;
}

/** Every epoch that anything was recorded under, also answers that people gave while no engine ran. */
function epochsIn(folder: DataFolder, shared: Pick<SharedLab, "lab" | "world">): ReadonlySet<number> {
  const epochs = new Set<number>();
  let reader: JournalReader | undefined;
  try {
    reader = readJournal(folder.journal);
    const [first] = reader.events();
    if (first?.event.type !== "campaign.created" || !isOfLab(first.event, shared)) return epochs;
    for (const { epoch } of reader.stored()) epochs.add(epoch);
    return epochs;
  } catch (error) {
    // A campaign that was killed before its first fact has ordered nothing.
    if (error instanceof LabError && error.code === "journal.notFound") return epochs;
    throw unreadable(folder, error);
  } finally {
    reader?.close();
  }
}
