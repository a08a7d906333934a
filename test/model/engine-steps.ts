import { messagesToEngine, sendDown, type ToEngine } from "./messages.ts";
import type { Rules, Scenario } from "./rules.ts";
import { type Attempt, knows, outcome, recorded, type State } from "./state.ts";

/** Takes one step from a state: `change` is applied to a copy of it. */
export type Step = (name: string, change: (next: State) => void) => void;

type Name = "A" | "B";

/** The fields of one of the two controllers. */
const fieldsOf = {
  A: { up: "upA", epoch: "epochA", holds: "knowsA", names: "namesA" },
  B: { up: "upB", epoch: "epochB", holds: "knowsB", names: "namesB" },
} as const;

/** The attempt that is being carried out; null before the first. */
function currentOf(state: State): Attempt | null {
  if (state.outcome2 !== outcome.none) return 2;
  return state.outcome1 !== outcome.none ? 1 : null;
}

const outcomeOf = (state: State, attempt: Attempt) => (attempt === 1 ? state.outcome1 : state.outcome2);

/** Every step that a controller can take: leases, intents, what it sends, what it hears, deadlines, a person at it. */
export function engineSteps(state: State, name: Name, rules: Rules, scenario: Scenario, step: Step): void {
  const field = fieldsOf[name];
  const epoch = state[field.epoch];
  const holds = state[field.holds];
  const take: Step = (what, change) => step(`${name} ${what}`, change);
  const forget = (next: State) => {
    next[field.epoch] = 0;
    next[field.holds] = knows.nothing;
    next[field.names] = 0;
  };

  if (state[field.up] === 0) {
    take("starts", (next) => {
      next[field.up] = 1;
    });
    return;
  }
  if (epoch === 0) {
    if (state.lease < scenario.epochs) {
      take(`takes lease ${state.lease + 1}`, (next) => {
        next.lease++;
        next[field.epoch] = next.lease;
        next[field.names] = next.journalKnown;
      });
    }
    return;
  }
  if (state.engineCrashesLeft > 0) {
    take("is killed", (next) => {
      forget(next);
      next[field.up] = 0;
      next.engineCrashesLeft--;
    });
  }
  const isLeader = epoch === state.lease;
  if (!isLeader) take("learns that its lease is gone", forget);
  const current = currentOf(state);
  if (isLeader)
    intents(state, rules, scenario, (what, change) =>
      take(what, (next) => {
        change(next);
        next[field.holds] = next.outcome2 === outcome.none ? knows.first : knows.second;
      }),
    );
  if (!rules.intentFirst && isLeader && current === null && holds === knows.nothing) {
    take("sends execute 1 before its intent", (next) => {
      sendDown(next, "execute", epoch, 1);
    });
  }
  if (isLeader && current !== null && holds === knows.nothing) {
    take("reads its journal", (next) => {
      next[field.holds] = knows.open;
    });
  }
  take("sends reconcile", (next) => sendDown(next, "reconcile", epoch, 1, next[field.names]));
  if (scenario.pauses) take("sends pause", (next) => sendDown(next, "pause", epoch));
  if (holds === knows.nothing || current === null) return;

  const sent: Attempt = holds === knows.second ? 2 : 1;
  if (holds >= knows.first && outcomeOf(state, sent) === outcome.intended) {
    take(`sends execute ${sent}`, (next) => sendDown(next, "execute", epoch, sent));
  }
  const about = outcomeOf(state, current);
  const isOpen = about === outcome.intended || about === outcome.inDoubt || about === outcome.awaitingTerminal;
  if (scenario.cancels && isOpen) take(`sends cancel ${current}`, (next) => sendDown(next, "cancel", epoch, current));
  // E2: who is no longer the leader cannot commit, but may not know it, and sends what it had committed.
  if (!isLeader) return;

  for (const attempt of [1, 2] as const) {
    const settled = outcomeOf(state, attempt);
    if (settled === outcome.succeeded || settled === outcome.notExecuted || settled === outcome.discarded) {
      take(`sends ack ${attempt}`, (next) => sendDown(next, "ack", epoch, attempt));
    }
  }
  if (!rules.timeoutIsNoFailure && about === outcome.intended) {
    take("takes a timeout as a failure", (next) => settle(next, current, outcome.notExecuted));
  }
  if (scenario.people) people(state, current, rules, take);
  for (const message of messagesToEngine) {
    if ((state.toEngine & message.bit) === 0 || message.attempt > current) continue;
    take(`hears ${message.name}`, (next) => hear(next, message, rules, field, epoch));
    if (!rules.ackAfterCommit && message.kind === "report") {
      take(`acks ${message.name} before its commit`, (next) => sendDown(next, "ack", epoch, message.attempt));
    }
  }
}

/** E1, E5: a first attempt, and a second one once the first is known never to run. */
function intents(state: State, rules: Rules, scenario: Scenario, take: Step): void {
  const { outcome1, outcome2, journalKnown } = state;
  if (outcome1 === outcome.none) {
    take("intends attempt 1", (next) => {
      next.outcome1 = outcome.intended;
      next.under1 = journalKnown;
    });
  }
  const isRetry = outcome1 === outcome.notExecuted || (!rules.attemptNeedsTerminal && outcome1 === outcome.intended);
  if (scenario.attempts === 2 && outcome2 === outcome.none && isRetry) {
    take("intends attempt 2", (next) => {
      next.outcome2 = outcome.intended;
      next.under2 = journalKnown;
    });
  }
}

/** Hard deadlines (E3), and the person who settles what is in doubt about attempt 1, and who looks before answering. */
function people(state: State, current: Attempt, rules: Rules, take: Step): void {
  const about = outcomeOf(state, current);
  if (about === outcome.intended) take("passes the hard deadline", (next) => settle(next, current, outcome.inDoubt));
  if (state.outcome1 === outcome.awaitingTerminal && state.terminal1 === 1) {
    take("knows attempt 1 to be terminal", (next) => settle(next, 1, outcome.notExecuted));
  }
  if (state.outcome1 !== outcome.inDoubt) return;
  const answer = (next: State, as: number, makes = as) => {
    next.answer = as;
    settle(next, 1, makes);
  };
  if (state.acts1 > 0) {
    take("is told that attempt 1 happened", (next) => answer(next, outcome.succeeded));
  } else {
    const makes = rules.answerAwaitsTerminal ? outcome.awaitingTerminal : outcome.notExecuted;
    take("is told that attempt 1 did not happen", (next) => answer(next, outcome.notExecuted, makes));
  }
  take("is told to discard attempt 1", (next) => answer(next, outcome.discarded));
}

function settle(next: State, attempt: Attempt, as: number): void {
  if (attempt === 1) next.outcome1 = as;
  else next.outcome2 = as;
  if (as === outcome.succeeded) next.observations++;
}

/** What a message of the device makes of the database, in one transaction. */
function hear(next: State, message: ToEngine, rules: Rules, field: (typeof fieldsOf)[Name], epoch: number): void {
  const { attempt, journal } = message;
  if (message.kind === "refusal") {
    if (!rules.refusalIsNoFact && outcomeOf(next, attempt) === outcome.intended) {
      settle(next, attempt, outcome.notExecuted);
    }
    return;
  }
  const isYoung = journal > (attempt === 1 ? next.under1 : next.under2);
  if (message.kind === "report") hearReport(next, message, isYoung, rules);
  if (journal > next.journalKnown) {
    adoptJournal(next, journal, rules);
    next[field.names] = journal;
    if (rules.newEpochAfterLoss && epoch === next.lease) {
      next[field.epoch] = 0;
      next[field.holds] = knows.nothing;
      next[field.names] = 0;
      return;
    }
  }
  if (message.kind !== "never-seen") return;
  const isOpen = outcomeOf(next, attempt) === outcome.intended;
  if (!rules.neverSeenIsNoFailure && isOpen) settle(next, attempt, outcome.notExecuted);
  else if (isOpen && next[field.holds] === knows.open && !(isYoung && rules.lostJournalNotBelieved)) {
    // E6: the same id again.
    next[field.holds] = attempt === 1 ? knows.first : knows.second;
  }
}

/** E9: whatever was open under the lost journal is in doubt. */
function adoptJournal(next: State, journal: number, rules: Rules): void {
  next.journalKnown = journal;
  if (!rules.lostJournalNotBelieved) return;
  for (const attempt of [1, 2] as const) {
    if (outcomeOf(next, attempt) === outcome.intended) settle(next, attempt, outcome.inDoubt);
  }
}

function hearReport(next: State, { attempt, state: reported }: ToEngine, isYoung: boolean, rules: Rules): void {
  const before = outcomeOf(next, attempt);
  const isOpen = before === outcome.intended || before === outcome.inDoubt;
  if (reported === recorded.succeeded) {
    if (isOpen) settle(next, attempt, outcome.succeeded);
    else if (before === outcome.awaitingTerminal) {
      // E10: it conflicts with what the person said, and is raised instead of merged.
      next.answer = outcome.none;
      settle(next, attempt, outcome.inDoubt);
    } else if (before === outcome.succeeded && !rules.oneObservation) next.observations++;
    else if (before === outcome.discarded && !rules.personStands) settle(next, attempt, outcome.succeeded);
    return;
  }
  const wasTerminal = next.terminal1 === 1;
  if (attempt === 1 && before !== outcome.none) next.terminal1 = 1;
  if (
    before === outcome.awaitingTerminal &&
    reported === recorded.unknown &&
    !wasTerminal &&
    rules.lateUnknownAsksAgain
  ) {
    // It may have acted after the person had looked.
    next.answer = outcome.none;
    settle(next, attempt, outcome.inDoubt);
    return;
  }
  if (!isOpen) return;
  const isProof = reported !== recorded.unknown && !(isYoung && rules.youngTombstoneNoProof);
  settle(next, attempt, isProof ? outcome.notExecuted : outcome.inDoubt);
}
