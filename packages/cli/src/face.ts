import type { Log, RecordedEvent } from "@labloop/contracts";
import { type Engine, successes } from "@labloop/engine";
import { openLog } from "./log.ts";
import { jsonLine, plainLine } from "./report/lines.ts";
import type { RunEnd, Whereabouts } from "./run-campaign.ts";
import { print, printJson, say } from "./say.ts";

/** What a person sees of a campaign while it runs. */
export interface Face {
  readonly log: Log;
  /** Says something to the person. */
  say(line: string): void;
  /** Shows an event as it is recorded. */
  record(record: RecordedEvent, engine: () => Engine | null): void;
  /** Called once everything is up. */
  open(engine: Engine, where: Whereabouts): void;
  /** Shows how it ended, with everything still up; resolves when that is needed no more. */
  stay(ended: RunEnd): Promise<void>;
  /** Ends the stay. */
  leave(): void;
  /** Leaves the terminal as it was found; calling it twice does nothing more. */
  close(): void;
}

interface FaceOptions {
  readonly isJson: boolean;
  /** How many experiments the campaign is to make. */
  readonly budget: number;
  /** A file for the log, where the terminal has no room for it. */
  readonly logFile: string;
}

export type OpenFace = (options: FaceOptions) => Face;

/** Returns the face of a run without a screen: a line an event, for a person or a script. */
export const openPlainFace: OpenFace = ({ isJson, budget }) => ({
  log: openLog(),
  say,
  record(record, engine) {
    if (isJson) {
      const line = jsonLine(record);
      if (line !== null) printJson(line);
      return;
    }
    const state = engine()?.state();
    const line = plainLine(record, { done: (state === undefined ? 0 : successes(state)) + 1, budget });
    if (line !== null) print(line);
  },
  open: () => undefined,
  stay: async () => undefined,
  leave: () => undefined,
  close: () => undefined,
});
