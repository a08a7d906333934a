/** What an id stands for: words for a person, and the run that it belongs to. */
export interface NamedId {
  readonly text: string;
  readonly runId: string;
}

/** A piece of a server's sentence; `runId` where it names a run or something of one. */
export interface NamedPiece {
  readonly text: string;
  readonly runId: string | null;
}

/** Ids of runs and, with the attempt behind a dot, of commands. */
const id = /((?:run )?\b[0-9A-HJKMNP-TV-Z]{26}\b(?:\.\d+)?)/;

/** Splits a server's sentence at the ids in it, which no person can read, so that each is shown by what it stands for. */
export function nameIds(sentence: string, nameOf: (id: string) => NamedId | undefined): NamedPiece[] {
  return sentence
    .split(id)
    .filter((text) => text !== "")
    .map((text) => nameOf(text.replace(/^run /, "")) ?? { text, runId: null });
}
