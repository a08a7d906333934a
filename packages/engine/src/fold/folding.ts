import type { RecordedEvent } from "@labloop/contracts";
import { type EngineState, emptyState } from "../state.ts";
import { fold } from "./fold.ts";

/** The fold of a journal from its first event on, as far as it has been read. */
export interface Folding {
  readonly state: EngineState;
  /** The last event taken, 0 before the first. */
  readonly seq: number;
  /** Takes the next event; events must come in order and without gaps. */
  readonly take: (record: RecordedEvent) => void;
}

/** Returns the fold of a journal of which nothing has been read. */
export function createFolding(): Folding {
  let state = emptyState;
  let seq = 0;
  return {
    get state() {
      return state;
    },
    get seq() {
      return seq;
    },
    take(record) {
      if (record.seq !== seq + 1) throw new Error(`event ${record.seq} was given to a fold that holds ${seq}`);
      state = fold(state, record.event, { labAt: record.labAt, wallAt: record.wallAt }).state;
      seq = record.seq;
    },
  };
}
