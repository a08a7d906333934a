import { outcome, recorded, type State } from "./state.ts";

/** Returns what is wrong with a state, by the contract's invariants; null when all of them hold. */
export function violationOf(state: State): string | null {
  const { acts1, acts2, outcome1, outcome2, record1, record2, observations, answer } = state;
  if (acts1 > 1 || acts2 > 1) return "I1: one command acted twice";
  if (acts1 + acts2 > 1) return "I1: one step acted twice";
  for (const [acts, settled, record] of [
    [acts1, outcome1, record1],
    [acts2, outcome2, record2],
  ] as const) {
    if (settled === outcome.none && acts > 0) return "I3: an act without an intent";
    if (settled === outcome.succeeded && acts === 0) return "I2: succeeded, but never acted";
    if (settled === outcome.notExecuted && acts > 0) return "I2: not executed, but acted";
    if (record === recorded.pruned && settled === outcome.intended)
      return "I4: forgotten by the device before it was known";
  }
  if (observations > 1) return "I4: one step observed twice";
  if (state.staleObeyed === 1) return "I6: a controller below the fence was obeyed";
  const isOverwritten =
    answer !== outcome.none &&
    outcome1 !== answer &&
    !(answer === outcome.notExecuted && outcome1 === outcome.awaitingTerminal);
  return isOverwritten ? "E10: what a person settled has changed" : null;
}

/** Whether a controller that is alive holds the lease. */
function hasLeader({ lease, upA, epochA, upB, epochB }: State): boolean {
  return lease > 0 && ((upA === 1 && epochA === lease) || (upB === 1 && epochB === lease));
}

/** Whether an intent is still waiting for its outcome, with somebody there who could learn it. */
export function mustResolve(state: State): boolean {
  return isUnresolved(state) && hasLeader(state);
}

/** Whether an outcome is neither known nor surfaced as in doubt. */
export function isUnresolved({ outcome1, outcome2 }: State): boolean {
  return [outcome1, outcome2].some((one) => one === outcome.intended || one === outcome.awaitingTerminal);
}
