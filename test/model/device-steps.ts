import type { Step } from "./engine-steps.ts";
import { messagesToDevice, sendUp, type ToDevice } from "./messages.ts";
import type { Rules, Scenario } from "./rules.ts";
import { type Attempt, outcome, phase, recorded, type State } from "./state.ts";

const attempts: readonly Attempt[] = [1, 2];

const recordOf = (state: State, attempt: Attempt) => (attempt === 1 ? state.record1 : state.record2);

function write(next: State, attempt: Attempt, record: number): void {
  if (attempt === 1) next.record1 = record;
  else next.record2 = record;
}

function admit(next: State, attempt: Attempt, epoch: number): void {
  write(next, attempt, recorded.accepted);
  if (attempt === 1) next.admitted1 = epoch;
  else next.admitted2 = epoch;
}

/** Reports what the journal says, if that is a stable fact. */
function report(next: State, attempt: Attempt): void {
  const record = recordOf(next, attempt);
  if (record >= recorded.succeeded && record < recorded.pruned) sendUp(next, "report", attempt, record, next.journal);
}

function settle(next: State, attempt: Attempt, record: number): void {
  write(next, attempt, record);
  report(next, attempt);
}

function raiseFence(next: State, epoch: number): void {
  next.fence = Math.max(next.fence, epoch);
  next.trueFence = Math.max(next.trueFence, epoch);
}

/** Every step that the device, its driver's process and the plant can take. */
export function deviceSteps(state: State, rules: Rules, scenario: Scenario, step: Step): void {
  if (state.running !== 0) {
    step("plant ends the act", (next) => {
      next.running = 0;
    });
  }
  if (state.up === 0) {
    down(state, rules, step);
    return;
  }
  if (state.deviceCrashesLeft > 0) {
    step("device is killed", (next) => {
      next.up = 0;
      next.gate = 0;
      next.phase = phase.idle;
      next.active = 0;
      next.deviceCrashesLeft--;
    });
  }
  for (const message of messagesToDevice) {
    if ((state.toDevice & message.bit) === 0) continue;
    const name = `device takes ${message.name}`;
    if (message.epoch < state.fence && rules.fence) {
      step(`${name}: stale epoch`, (next) => {
        if (message.kind === "execute") sendUp(next, "refusal", message.attempt, 0, 0);
      });
    } else
      take(state, message, rules, scenario, (what, change) => step(what === "" ? name : `${name}: ${what}`, change));
  }
  act(state, rules, step);
  for (const attempt of attempts) {
    if (!rules.pruneAfterAck && recordOf(state, attempt) === recorded.succeeded) {
      step(`device prunes ${attempt}`, (next) => write(next, attempt, recorded.pruned));
    }
  }
}

/** One message that is not fenced off. */
function take(state: State, message: ToDevice, rules: Rules, scenario: Scenario, step: Step): void {
  const { attempt, epoch } = message;
  const record = recordOf(state, attempt);
  const guarded: Step = (what, change) =>
    step(what, (next) => {
      if (epoch < next.trueFence) next.staleObeyed = 1;
      raiseFence(next, epoch);
      change(next);
    });
  switch (message.kind) {
    case "pause":
      guarded("", () => undefined);
      return;
    case "reconcile":
      guarded("", (next) => {
        if (message.journal === next.journal || !rules.gateNamesJournal) next.gate = 1;
        for (const open of attempts) {
          const isListed = (open === 1 ? next.outcome1 : next.outcome2) !== outcome.none;
          if (recordOf(next, open) === recorded.absent && isListed) sendUp(next, "never-seen", open, 0, next.journal);
          report(next, open);
        }
      });
      return;
    case "ack":
      if (record < recorded.succeeded || record === recorded.pruned) return;
      guarded("prunes it", (next) => write(next, attempt, rules.watermark ? recorded.pruned : recorded.absent));
      return;
    case "cancel":
      if (record === recorded.absent && !rules.cancelTombstone) {
        guarded("no tombstone", (next) => sendUp(next, "report", attempt, recorded.cancelled, next.journal));
      } else if (record <= recorded.accepted) guarded("", (next) => settle(next, attempt, recorded.cancelled));
      else guarded("", (next) => report(next, attempt));
      return;
    case "execute":
      execute(state, message, rules, scenario, guarded);
  }
}

function execute(state: State, { attempt, epoch }: ToDevice, rules: Rules, scenario: Scenario, step: Step): void {
  const record = recordOf(state, attempt);
  if (state.gate === 0 && rules.bootGate) {
    step("not reconciled", (next) => sendUp(next, "refusal", attempt, 0, 0));
    return;
  }
  if (record === recorded.pruned) {
    step("pruned", (next) => sendUp(next, "refusal", attempt, 0, 0));
    return;
  }
  if (record !== recorded.absent) {
    step("known", (next) => report(next, attempt));
    if (rules.dedupe || record !== recorded.succeeded) return;
    step("again", (next) => admit(next, attempt, epoch));
    return;
  }
  const other = recordOf(state, attempt === 1 ? 2 : 1);
  const isBusy = other === recorded.accepted || other === recorded.started;
  if (isBusy || scenario.rejections) {
    if (!rules.rejectionTombstone) {
      step("rejects, unjournaled", (next) => sendUp(next, "report", attempt, recorded.rejected, next.journal));
    } else {
      step("rejects", (next) => settle(next, attempt, recorded.rejected));
      if (!rules.fsyncBeforeReport) {
        step("rejects, not yet on disk", (next) => sendUp(next, "report", attempt, recorded.rejected, next.journal));
      }
    }
  }
  if (!isBusy) step("accepts", (next) => admit(next, attempt, epoch));
}

/** From accepted to the end of the act, D4 and D5. */
function act(state: State, rules: Rules, step: Step): void {
  for (const attempt of attempts) {
    const admitted = attempt === 1 ? state.admitted1 : state.admitted2;
    if (recordOf(state, attempt) !== recorded.accepted || state.phase !== phase.idle) continue;
    if (!rules.startedBeforeAct) {
      step(`device acts on ${attempt} unrecorded`, (next) => begin(next, attempt));
    } else if (admitted < state.fence && rules.fenceRecheck) {
      step(`device gives up ${attempt}, fenced meanwhile`, (next) => settle(next, attempt, recorded.cancelled));
    } else {
      step(`device journals start of ${attempt}`, (next) => {
        write(next, attempt, recorded.started);
        next.phase = phase.begun;
        next.active = attempt;
        if (admitted < next.trueFence) next.staleObeyed = 1;
      });
    }
  }
  const active: Attempt = state.active === 2 ? 2 : 1;
  if (state.phase === phase.begun) step(`device acts on ${active}`, (next) => begin(next, active));
  if (state.phase === phase.acting && state.running === 0) {
    step(`device journals end of ${active}`, (next) => {
      next.phase = phase.idle;
      next.active = 0;
      settle(next, active, recorded.succeeded);
    });
  }
}

function begin(next: State, attempt: Attempt): void {
  next.phase = phase.acting;
  next.active = attempt;
  next.running = attempt;
  // Two are as wrong as more, and keep the model finite.
  if (attempt === 1) next.acts1 = Math.min(2, next.acts1 + 1);
  else next.acts2 = Math.min(2, next.acts2 + 1);
}

/** A dead driver: its journal may get lost; it starts again and settles what it had begun (D7). */
function down(state: State, rules: Rules, step: Step): void {
  if (state.lossesLeft > 0) {
    step("device journal is lost", (next) => {
      next.lossesLeft--;
      next.journal = 1;
      next.record1 = next.record2 = recorded.absent;
      next.admitted1 = next.admitted2 = 0;
      next.fence = next.trueFence = 0;
    });
  }
  const start = (next: State) => {
    next.up = 1;
    if (!rules.durableFence) next.fence = 0;
    for (const attempt of attempts) {
      if (!rules.durableRecords) write(next, attempt, recorded.absent);
      const isUnbegun = recordOf(next, attempt) === recorded.accepted;
      if (isUnbegun && rules.restartNeverActs) settle(next, attempt, recorded.cancelled);
    }
  };
  const begun = attempts.find((attempt) => recordOf(state, attempt) === recorded.started && rules.durableRecords);
  if (begun === undefined) {
    step("device starts", start);
    return;
  }
  const startWith = (name: string, change: (next: State) => void) =>
    step(`device starts: ${name}`, (next) => {
      start(next);
      change(next);
    });
  const acts = begun === 1 ? state.acts1 : state.acts2;
  startWith("no evidence", (next) => settle(next, begun, recorded.unknown));
  if (!rules.restartNeverActs) startWith("begins it again", (next) => write(next, begun, recorded.accepted));
  if (state.running === begun) {
    startWith("still running", (next) => {
      if (!rules.runningIsWatched) settle(next, begun, recorded.cancelled);
      else {
        next.phase = phase.acting;
        next.active = begun;
      }
    });
  } else if (acts > 0) startWith("it happened", (next) => settle(next, begun, recorded.succeeded));
  else startWith("it did not happen", (next) => settle(next, begun, recorded.cancelled));
}
