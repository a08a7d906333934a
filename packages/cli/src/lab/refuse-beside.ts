import { LabError, type LabEvent } from "@labloop/contracts";
import { isInUse, type JournalReader, readJournal } from "@labloop/journal";
import { readLab } from "@labloop/protocol";
import { type DataFolder, readLock } from "../data-folder.ts";
import { neighboursOf } from "./campaign-folders.ts";
import { isOfLab, type SharedLab } from "./left-in-lab.ts";
import { readSource } from "./read-source.ts";

/**
 * Throws `lab.inUse` when a campaign of the same real lab, in a folder beside this one, runs now or starts: its instruments have
 * drivers already, or soon. Of two that start at once, each with its own journal open, one is refused at least. A second driver of an instrument, over another broker and journal, would know nothing of what the first one does.
 */
export function refuseBeside(folder: DataFolder, shared: Pick<SharedLab, "lab" | "world">): void {
  for (const neighbour of neighboursOf(folder)) {
    if (!isInUse(neighbour.journal) || !isIn(neighbour, shared)) continue;
    throw new LabError(
      "lab.inUse",
      `the campaign in ${neighbour.path} runs in the lab ${shared.lab}, and may have its instruments`,
      {
        hint: "stop it first; or start the drivers once, by labloop host, and run campaigns one after the other with --no-devices",
      },
    );
  }
}

/** Whether a campaign is one of a lab; one that is about to record its first fact is of the lab whose file it was given. */
function isIn(neighbour: DataFolder, shared: Pick<SharedLab, "lab" | "world">): boolean {
  const first = firstFact(neighbour.journal);
  if (first !== undefined) return first.type === "campaign.created" && isOfLab(first, shared);
  const labFile = readLock(neighbour)?.labFile;
  const source = labFile === undefined ? null : readSource(labFile);
  const lab = source?.ok === true ? readLab(source.value).sound : null;
  // Of one that does not say the worst is assumed: it will have said so in a moment.
  return lab === null || (lab.lab === shared.lab && lab.mode === "real");
}

function firstFact(journal: string): LabEvent | undefined {
  let reader: JournalReader | undefined;
  try {
    reader = readJournal(journal);
    const [first] = reader.events();
    return first?.event;
  } catch (error) {
    if (error instanceof LabError && error.code === "journal.notFound") return undefined;
    throw error;
  } finally {
    reader?.close();
  }
}
