import type { Cancel, Clock, Ids, LabEvent, RecordedEvent } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import type { Decision } from "./decide/decision.ts";
import type { Surroundings } from "./decide/lab-view.ts";
import { planNext } from "./decide/plan-next.ts";
import type { Effect } from "./effect.ts";
import { fold } from "./fold/fold.ts";
import type { Folding } from "./fold/folding.ts";
import type { Recipe } from "./recipe.ts";
import type { EngineState, Moment } from "./state.ts";

/** Something that happened, as the decision that it leads to. */
type Input = (state: EngineState, at: Moment) => Decision;

/** How long a fact that nothing waits for may wait for others to be recorded with, ms of the link clock; chosen. */
const noteWithinMs = 100;

/** The one stateful thing of an engine: the fold of its journal, written by nothing else. */
export interface Turns {
  readonly state: () => EngineState;
  /** Whether facts are being recorded, which the state does not show yet. */
  readonly isCommitting: () => boolean;
  /** Decides on an input in the next turn, with everything else that comes until then. */
  readonly take: (input: Input) => void;
  /** Decides on an input that nothing waits for in the next turn that there is, or in one of its own after 100 ms. */
  readonly note: (input: Input) => void;
  /** Decides on an input at once, and returns what was recorded. Throws the journal's error. */
  readonly commit: (input: Input) => RecordedEvent[];
  /** Takes nothing more. */
  readonly close: () => void;
}

/**
 * Returns the turns of an engine, its state folded from what the journal holds.
 *
 * A turn decides on all inputs that came, then plans until nothing is left to add, and appends it in one transaction; only
 * then is `onTurn` told, with the effects to carry out. `onFailure` is told why a turn could not be recorded.
 */
export function createTurns(options: {
  readonly journal: Journal;
  /** What was folded of the journal as it was opened. */
  readonly folding: Folding;
  readonly recipe: Recipe;
  readonly ids: Ids;
  readonly linkClock: Clock;
  readonly surroundings: () => Surroundings;
  /** Adds to a fact what is kept outside the state, before it is recorded. */
  readonly complete: (event: LabEvent) => LabEvent;
  readonly onTurn: (state: EngineState, effects: readonly Effect[]) => void;
  readonly onFailure: (error: Error) => void;
}): Turns {
  const { journal, folding, recipe, ids, linkClock, surroundings, complete, onTurn, onFailure } = options;
  const inbox: Input[] = [];
  let isClosed = false;
  let isTurnDue = false;
  let cancelNote: Cancel | null = null;
  let isCommitting = false;
  for (const record of journal.read(folding.seq + 1)) folding.take(record);
  let { state } = folding;

  function turn(): void {
    isTurnDue = false;
    cancelNote?.();
    cancelNote = null;
    if (isClosed) return;
    try {
      commit(inbox.splice(0));
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function commit(inputs: readonly Input[]): RecordedEvent[] {
    const around = surroundings();
    const at: Moment = { labAt: around.labAt, wallAt: around.wallAt };
    let next = state;
    const events: LabEvent[] = [];
    const effects: Effect[] = [];
    const add = (decided: LabEvent) => {
      const event = complete(decided);
      const folded = fold(next, event, at);
      next = folded.state;
      events.push(event);
      effects.push(...folded.effects);
    };
    for (const input of inputs) {
      const decision = input(next, at);
      for (const event of decision.events) add(event);
      effects.push(...decision.effects);
    }
    for (let planned = planNext(next, recipe, around, ids); planned.length > 0; ) {
      for (const event of planned) add(event);
      planned = planNext(next, recipe, around, ids);
    }
    const records = append(events, at);
    state = next;
    onTurn(state, effects);
    return records;
  }

  function append(events: readonly LabEvent[], at: Moment): RecordedEvent[] {
    if (events.length === 0) return [];
    isCommitting = true;
    try {
      return journal.append(events, at);
    } finally {
      isCommitting = false;
    }
  }

  return {
    state: () => state,
    isCommitting: () => isCommitting,
    take(input) {
      if (isClosed) return;
      inbox.push(input);
      if (isTurnDue) return;
      isTurnDue = true;
      // Everything that has come in by then shares the turn's transaction: group commit without waiting.
      linkClock.at(linkClock.now(), turn);
    },
    note(input) {
      if (isClosed) return;
      inbox.push(input);
      if (!isTurnDue) cancelNote ??= linkClock.at(linkClock.now() + noteWithinMs, turn);
    },
    commit: (input) => commit([input]),
    close() {
      isClosed = true;
      cancelNote?.();
    },
  };
}
