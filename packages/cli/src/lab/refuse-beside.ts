import { LabError } from "@labloop/contracts";
import { isInUse, readJournal } from "@labloop/journal";
import type { DataFolder } from "../data-folder.ts";
import { neighboursOf } from "./campaign-folders.ts";
import { isOfLab, type SharedLab } from "./left-in-lab.ts";

/**
 * Throws `lab.inUse` when a campaign of the same lab, in a folder beside this one, runs now: its instruments have drivers
 * already. A second driver of an instrument, over another broker and journal, would know nothing of what the first one does.
 */
export function refuseBeside(folder: DataFolder, shared: Pick<SharedLab, "lab" | "world">): void {
  for (const { path, journal } of neighboursOf(folder)) {
    if (!isInUse(journal) || !isBegunIn(journal, shared)) continue;
    throw new LabError(
      "lab.inUse",
      `the campaign in ${path} runs in the lab ${shared.lab}, and may have its instruments`,
      {
        hint: "stop it first; or start the drivers once, by labloop host, and run campaigns one after the other with --no-devices",
      },
    );
  }
}

function isBegunIn(journal: string, shared: Pick<SharedLab, "lab" | "world">): boolean {
  const reader = readJournal(journal);
  try {
    const [first] = reader.events();
    return first?.event.type === "campaign.created" && isOfLab(first.event, shared);
  } finally {
    reader.close();
  }
}
