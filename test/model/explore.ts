import { deviceSteps } from "./device-steps.ts";
import { engineSteps, type Step } from "./engine-steps.ts";
import { isUnresolved, mustResolve, violationOf } from "./invariants.ts";
import { contract, type Rules, type Scenario } from "./rules.ts";
import { pack, type State } from "./state.ts";

/** What came of an exploration. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** The first state in which an invariant fails, with the shortest way to it. */
  readonly violation: { readonly what: string; readonly trace: readonly string[] } | null;
  /** States with a live leader and an open intent from which no outcome can be reached any more. */
  readonly stuck: readonly (readonly string[])[];
}

/** A scenario that needs more than this is too large to belong to the tests. */
const mostStates = 2_000_000;

/**
 * Explores every state that the contract, without the rules switched off, can reach in a scenario: breadth first, so that
 * the way to a violation is the shortest. Stops at the first violation; without one, looks for states that are stuck.
 */
export function explore(scenario: Scenario, without: Partial<Rules> = {}): Exploration {
  const rules: Rules = { ...contract, ...without };
  const indexOf = new Map<string, number>();
  const states: State[] = [];
  const cameFrom: number[] = [];
  const cameBy: string[] = [];
  const from: number[] = [];
  const to: number[] = [];

  const add = (state: State, parent: number, name: string): number => {
    const key = pack(state);
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    const index = states.length;
    if (index >= mostStates) throw new Error(`more than ${mostStates} states`);
    indexOf.set(key, index);
    states.push(state);
    cameFrom.push(parent);
    cameBy.push(name);
    return index;
  };
  const traceTo = (index: number): string[] => {
    const trace: string[] = [];
    for (let at = index; at > 0; at = cameFrom[at] ?? 0) trace.push(cameBy[at] ?? "");
    return trace.reverse();
  };

  add(initialState(scenario), -1, "");
  for (let index = 0; index < states.length; index++) {
    const state = states[index] as State;
    const what = violationOf(state);
    if (what !== null) {
      return { states: states.length, transitions: from.length, violation: { what, trace: traceTo(index) }, stuck: [] };
    }
    const step: Step = (name, change) => {
      const next = { ...state };
      change(next);
      from.push(index);
      to.push(add(next, index, name));
    };
    engineSteps(state, "A", rules, scenario, step);
    engineSteps(state, "B", rules, scenario, step);
    deviceSteps(state, rules, scenario, step);
  }
  const stuck = statesThatCannot(states, from, to);
  return { states: states.length, transitions: from.length, violation: null, stuck: stuck.slice(0, 3).map(traceTo) };
}

/** Returns the states that must still reach an outcome and from which none is reachable, in the order found. */
function statesThatCannot(states: readonly State[], from: readonly number[], to: readonly number[]): number[] {
  // Edges sorted by where they lead, to walk them backwards from every resolved state.
  const first = new Uint32Array(states.length + 1);
  for (const target of to) first[target + 1]!++;
  for (let index = 0; index < states.length; index++) first[index + 1]! += first[index]!;
  const filled = first.slice();
  const source = new Uint32Array(to.length);
  for (let edge = 0; edge < to.length; edge++) source[filled[to[edge]!]!++] = from[edge]!;

  const can = new Uint8Array(states.length);
  const open: number[] = [];
  states.forEach((state, index) => {
    if (isUnresolved(state)) return;
    can[index] = 1;
    open.push(index);
  });
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (let edge = first[index]!; edge < first[index + 1]!; edge++) {
      const before = source[edge]!;
      if (can[before] === 1) continue;
      can[before] = 1;
      open.push(before);
    }
  }
  return [...states.keys()].filter((index) => can[index] === 0 && mustResolve(states[index] as State));
}

function initialState({ engineCrashes, deviceCrashes, journalLosses }: Scenario): State {
  return {
    lease: 0,
    outcome1: 0,
    outcome2: 0,
    observations: 0,
    terminal1: 0,
    journalKnown: 0,
    under1: 0,
    under2: 0,
    answer: 0,
    upA: 1,
    epochA: 0,
    knowsA: 0,
    namesA: 0,
    upB: 1,
    epochB: 0,
    knowsB: 0,
    namesB: 0,
    journal: 0,
    fence: 0,
    record1: 0,
    record2: 0,
    admitted1: 0,
    admitted2: 0,
    up: 1,
    gate: 0,
    phase: 0,
    active: 0,
    acts1: 0,
    acts2: 0,
    running: 0,
    trueFence: 0,
    staleObeyed: 0,
    toDevice: 0,
    toEngine: 0,
    engineCrashesLeft: engineCrashes,
    deviceCrashesLeft: deviceCrashes,
    lossesLeft: journalLosses,
  };
}
