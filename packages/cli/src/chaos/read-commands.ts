import type { LabEvent, LabEventOf } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";

export type Intent = LabEventOf<"step.intended">;
/** What a command came to, as the device told it. */
type Word = LabEventOf<"step.succeeded" | "step.failed" | "step.notExecuted">;

const words: readonly LabEvent["type"][] = ["step.succeeded", "step.failed", "step.notExecuted"];

/** What a journal says of its commands, while its engine writes it or after it was killed. */
export interface Commands {
  readonly intents: readonly Intent[];
  /** What each settled command came to. */
  readonly words: ReadonlyMap<string, Word>;
  /** Why each sample is suspect for which nobody vouches any more. */
  readonly suspected: readonly string[];
}

/** Reads the commands of a campaign's journal. */
export function readCommands(journal: string): Commands {
  const reader = readJournal(journal);
  try {
    const events = [...reader.events()].map(({ event }) => event);
    return {
      intents: events.filter((event) => event.type === "step.intended"),
      suspected: events.flatMap((event) => (event.type === "sample.suspected" ? [event.reason] : [])),
      words: new Map(events.filter(isWord).map((event) => [event.commandId, event])),
    };
  } finally {
    reader.close();
  }
}

function isWord(event: LabEvent): event is Word {
  return words.includes(event.type);
}
