import type { AnyStateMachine, ContextFrom, EventFromLogic, InputFrom, StateMachine, StateValueFrom } from "xstate";
import { type TableAction, tableOf } from "./table.ts";

/** Where a machine stands, as JSON: rebuilt from this alone, it goes on exactly as it would have. */
export interface Persisted<M extends AnyStateMachine> {
  readonly value: StateValueFrom<M> & string;
  readonly context: ContextFrom<M>;
}

/** What a machine asks for: its named actions with their parameters; those named `note…` only change its context. */
export type EffectOf<M extends AnyStateMachine> = AsData<ActionOf<M>>;

type AsData<A> = A extends { type: infer T extends string; params: infer P }
  ? T extends `note${string}`
    ? never
    : { readonly type: T; readonly params: P }
  : never;

type ActionOf<M> =
  M extends StateMachine<
    infer _Context,
    infer _Event,
    infer _Children,
    infer _Actor,
    infer Action,
    infer _Guard,
    infer _Delay,
    infer _Value,
    infer _Tag,
    infer _Input,
    infer _Output,
    infer _Emitted,
    infer _Meta,
    infer _Schema,
    infer _TransitionMeta
  >
    ? Action
    : never;

/** What an event led to. */
export interface Advance<M extends AnyStateMachine> {
  readonly state: Persisted<M>;
  /** To be carried out in this order; may be there without a move, as an answer to a repeated fact. */
  readonly effects: readonly EffectOf<M>[];
  /** Whether the state or its context differs from before. */
  readonly hasMoved: boolean;
}

/** The first state of a machine, and what entering it asks for. */
export function begin<M extends AnyStateMachine>(machine: M, input: InputFrom<M>): Omit<Advance<M>, "hasMoved"> {
  const { initial, contextOf } = tableOf(machine);
  const event = { type: "xstate.init", input };
  const { context, effects } = carryOut(initial.entry, contextOf(input), event);
  return { state: { value: initial.value, context } as Persisted<M>, effects: effects as EffectOf<M>[] };
}

/**
 * Where an event leads. Facts come late, twice and in any order, so an event that the state does not take changes
 * nothing and is no error.
 */
export function advance<M extends AnyStateMachine>(
  machine: M,
  state: Persisted<M>,
  event: EventFromLogic<M>,
): Advance<M> {
  const before: Context = state.context;
  const moves = tableOf(machine).moves.get(state.value);
  if (moves === undefined) throw new Error(`machine ${machine.id} has no state ${state.value}`);
  const move = moves.get(event.type)?.find(({ isAllowed }) => isAllowed?.({ context: before, event }) ?? true);
  if (move === undefined) return { state, effects: [], hasMoved: false };
  const { context, effects } = carryOut(move.actions, before, event);
  const hasMoved = move.target !== state.value || isDifferent(before, context);
  return {
    state: hasMoved ? ({ value: move.target, context } as Persisted<M>) : state,
    effects: effects as EffectOf<M>[],
    hasMoved,
  };
}

type Context = Record<string, unknown>;

/** Does actions one after the other, each with the context as the one before has left it; an effect is only named. */
function carryOut(actions: readonly TableAction[], before: Context, event: { readonly type: string }) {
  let context = before;
  const effects: { readonly type: string; readonly params: unknown }[] = [];
  for (const { type, params: rule, assignment } of actions) {
    const params: unknown = typeof rule === "function" ? rule({ context, event }) : rule;
    if (assignment === null) effects.push({ type, params });
    else context = { ...context, ...assigned(assignment, { context, event }, params) };
  }
  return { context, effects };
}

function assigned(assignment: TableAction["assignment"], happening: object, params: unknown): Context {
  const entries = Object.entries(assignment ?? {});
  return Object.fromEntries(
    entries.map(([key, rule]) => [key, typeof rule === "function" ? (rule(happening, params) as unknown) : rule]),
  );
}

function isDifferent(from: Context, to: Context): boolean {
  return Object.keys(to).some((key) => from[key] !== to[key]);
}
