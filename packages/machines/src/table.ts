import type { AnyStateMachine, AnyStateNode } from "xstate";

type Context = Record<string, unknown>;

interface Happening {
  readonly context: Context;
  readonly event: { readonly type: string };
}

/** A change of the context: a value or a rule for each member that changes. */
type Assignment = Readonly<Record<string, unknown>>;

/** One thing that a move does. */
export interface TableAction {
  readonly type: string;
  /** What it is done with, or the rule that says so. */
  readonly params: unknown;
  /** Null when it is an effect, which somebody else carries out. */
  readonly assignment: Assignment | null;
}

interface TableMove {
  readonly isAllowed: ((happening: Happening) => boolean) | null;
  /** The state that it leads to; the same one when only actions are done. */
  readonly target: string;
  /** In the order in which they are done: those of leaving, of the event, of entering. */
  readonly actions: readonly TableAction[];
}

/** What a machine does, looked up instead of worked out: by state and event, its moves, of which the first allowed one is made. */
export interface Table {
  readonly initial: { readonly value: string; readonly entry: readonly TableAction[] };
  readonly contextOf: (input: unknown) => Context;
  readonly moves: ReadonlyMap<string, ReadonlyMap<string, readonly TableMove[]>>;
}

const tables = new WeakMap<AnyStateMachine, Table>();

/**
 * Returns the table of a machine, made at its first use from the machine as XState has resolved it.
 *
 * A machine here is flat and pure, so of all that XState can do only states, named guards, named effects and assignments
 * are needed. Throws when a machine has anything else: its table would not do what the machine does.
 */
export function tableOf(machine: AnyStateMachine): Table {
  const known = tables.get(machine);
  if (known !== undefined) return known;
  const table = makeTable(machine);
  tables.set(machine, table);
  return table;
}

function makeTable(machine: AnyStateMachine): Table {
  const { root } = machine;
  const ownActions = root.entry.length + root.exit.length + root.transitions.size;
  if (root.type !== "compound" || hasBehaviour(root) || ownActions > 0) {
    throw refusal(root, "only the states of a machine may do anything");
  }
  const { context } = machine.config as { context?: unknown };
  const states = Object.values(root.states);
  for (const state of states) checkState(state);
  const initial = root.initial.target[0] as AnyStateNode;
  if (root.initial.actions.length > 0) throw refusal(root, "its initial transition has actions");
  return {
    initial: { value: initial.key, entry: initial.entry.map((action) => actionOf(machine, action)) },
    contextOf: (input) => (typeof context === "function" ? context({ input }) : (context ?? {})) as Context,
    moves: new Map(states.map((state) => [state.key, movesOf(machine, state)])),
  };
}

/** Whether a node does something without being told by an event of ours. */
function hasBehaviour({ invoke, after, always }: AnyStateNode): boolean {
  return invoke.length + after.length + (always ?? []).length > 0;
}

function checkState(state: AnyStateNode): void {
  if (state.type !== "atomic" && state.type !== "final") throw refusal(state, `it is ${state.type}`);
  if (hasBehaviour(state)) throw refusal(state, "it invokes, delays, or moves without an event");
  // XState does the exit actions of an end as it is reached.
  if (state.type === "final" && state.exit.length > 0) throw refusal(state, "it is an end and has exit actions");
}

function movesOf(machine: AnyStateMachine, state: AnyStateNode): Map<string, TableMove[]> {
  return new Map(
    [...state.transitions].map(([event, transitions]) => {
      if (event.includes("*")) throw refusal(state, `${event} stands for many events`);
      const moves = transitions.map(({ guard, target, reenter, actions }): TableMove => {
        const [to = state, ...more] = target ?? [];
        if (more.length > 0 || to.parent !== machine.root) throw refusal(state, `${event} leads to no state beside it`);
        // A state that is its own target is left and entered only when that is asked for.
        const isLeft = to !== state || (target !== undefined && reenter);
        const all = isLeft ? [...state.exit, ...actions, ...to.entry] : actions;
        return {
          isAllowed: guardOf(machine, guard),
          target: to.key,
          actions: all.map((action) => actionOf(machine, action)),
        };
      });
      return [event, moves];
    }),
  );
}

function guardOf({ id, implementations }: AnyStateMachine, guard: unknown): TableMove["isAllowed"] {
  if (guard === undefined) return null;
  const implementation: unknown = typeof guard === "string" ? implementations.guards[guard] : undefined;
  if (typeof implementation !== "function" || "check" in implementation) {
    throw new Error(`machine ${id}: a guard must be named, and a function of the context and the event`);
  }
  return implementation as (happening: Happening) => boolean;
}

function actionOf({ id, implementations }: AnyStateMachine, action: unknown): TableAction {
  const { type, params } = (typeof action === "string" ? { type: action } : action) as Partial<TableAction>;
  const implementation: unknown = type === undefined ? undefined : implementations.actions[type];
  if (type === undefined || typeof implementation !== "function") {
    throw new Error(`machine ${id}: an action must be named, and declared as an effect or an assignment`);
  }
  if (!("resolve" in implementation)) return { type, params, assignment: null };
  const { assignment } = implementation as { assignment?: unknown };
  if (typeof assignment !== "object" || assignment === null) {
    throw new Error(`machine ${id}: ${type} must assign each member by itself`);
  }
  return { type, params, assignment: assignment as Assignment };
}

function refusal({ id }: AnyStateNode, reason: string): Error {
  return new Error(`${id} cannot stand in a table: ${reason}`);
}
