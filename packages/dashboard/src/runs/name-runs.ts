/** A piece of a server's sentence; `runId` where it named a run. */
export interface NamedPiece {
  readonly text: string;
  readonly runId: string | null;
}

/** Splits a sentence at the run ids in it, which no person can read, so that each can be shown by its number. */
export function nameRuns(sentence: string, numberOf: (runId: string) => number | undefined): NamedPiece[] {
  return sentence
    .split(/((?:run )?\b[0-9A-HJKMNP-TV-Z]{26}\b)/)
    .filter((text) => text !== "")
    .map((text) => {
      const runId = text.replace(/^run /, "");
      const number = numberOf(runId);
      return number === undefined ? { text, runId: null } : { text: `run ${number}`, runId };
    });
}
