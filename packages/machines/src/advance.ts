import {
  type AnyStateMachine,
  type ContextFrom,
  type EventFromLogic,
  initialTransition,
  type InputFrom,
  type SnapshotFrom,
  type StateMachine,
  type StateValueFrom,
  transition,
} from "xstate";

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
  const [snapshot, actions] = initialTransition<AnyStateMachine>(machine, input);
  return { state: persist<M>(snapshot), effects: effectsOf<M>(actions) };
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
  const before = machine.resolveState({ value: state.value, context: state.context });
  const [snapshot, actions] = transition<AnyStateMachine>(machine, before, event);
  const next = persist<M>(snapshot);
  return { state: next, effects: effectsOf<M>(actions), hasMoved: isDifferent(state, next) };
}

function persist<M extends AnyStateMachine>(snapshot: SnapshotFrom<AnyStateMachine>): Persisted<M> {
  return { value: snapshot.value, context: snapshot.context };
}

function effectsOf<M extends AnyStateMachine>(actions: readonly { type: string; params: unknown }[]): EffectOf<M>[] {
  return actions.map(({ type, params }) => ({ type, params }) as EffectOf<M>);
}

function isDifferent<M extends AnyStateMachine>(a: Persisted<M>, b: Persisted<M>): boolean {
  const from: Record<string, unknown> = a.context;
  const to: Record<string, unknown> = b.context;
  return a.value !== b.value || Object.keys(to).some((key) => from[key] !== to[key]);
}
