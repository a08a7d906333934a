import type { AskView, LabEventOf } from "@labloop/contracts";

/** What people are asked to do: rows come when a step of theirs has begun, and go when it is answered or over. */
export interface AskedPeople {
  readonly rows: Map<string, AskView>;
  /** Steps of theirs that are still to begin. */
  readonly intents: Map<string, LabEventOf<"step.intended">>;
  /** The event that changed the rows last; 0 before the first. */
  changedAt: number;
}

/** Returns that nobody was asked anything. */
export function createAskedPeople(): AskedPeople {
  return { rows: new Map(), intents: new Map(), changedAt: 0 };
}
