import type { CommandError, Physical, RetryClass, Values, ValueSpecs } from "@labloop/contracts";
import type {
  DriverContext,
  DurationDeclaration,
  Ending,
  Evidence,
  Finding,
  Operation,
  OperationContext,
} from "../define-device.ts";
import type { Rises } from "./judge-counter.ts";
import type { ValuesOf } from "./value-specs.ts";

/** A whole act, with what it returned and what was carried out. */
export interface Done<Params, Result> {
  readonly state: "succeeded";
  readonly result: Result;
  readonly executed: Params;
  readonly evidence?: Evidence;
}

/** An act that failed in a known way. */
export interface Failed {
  readonly state: "failed";
  readonly physical: Exclude<Physical, "unknown">;
  readonly error: CommandError;
  readonly evidence?: Evidence;
}

/** What a search for evidence found: a `Finding` whose ending the compiler knows. */
export type Found<Params, Result> =
  | (Omit<Extract<Finding, { outcome: "happened" }>, "ending"> & { readonly ending: Done<Params, Result> | Failed })
  | Exclude<Finding, { outcome: "happened" }>;

/** The context of an act whose values the compiler knows. */
export interface TypedContext<Params, Result> extends Omit<OperationContext, "partial"> {
  readonly partial: (values: Partial<Result>) => void;
  /**
   * Returns the end of a whole act with its result. `executed` is what was carried out, as far as it is not what was asked
   * for: the optimizer learns from it.
   */
  readonly done: (
    result: Result,
    about?: { readonly executed?: Partial<Params>; readonly evidence?: Evidence },
  ) => Done<Params, Result>;
  /** What `baseline`, or the probe's `state`, had read before the act; empty until then. */
  readonly baseline: Evidence;
}

/** The context of an act with these values, and so the types of its functions where they stand outside the declaration. */
export type ContextFor<Act extends { readonly params: ValueSpecs; readonly result: ValueSpecs }> = TypedContext<
  ValuesOf<Act["params"]>,
  ValuesOf<Act["result"]>
>;

/** What an instrument says of itself: whether it is at work, and how many acts it has counted, ever; what else it says is evidence too. */
export interface InstrumentState {
  readonly isBusy: boolean;
  readonly count: number;
  /** Whether its last act came to its own end, where the instrument says so; false for one that was cut short. */
  readonly isWhole?: boolean;
}

/**
 * The functions of an act, as methods, whose parameters the compiler compares both ways: a function that stands elsewhere
 * and names its session is met before `connect` has said what a session is.
 */
interface Functions<Session, Params, Result> {
  run(session: Session, params: Params, context: TypedContext<Params, Result>): Promise<Done<Params, Result>>;
  baseline(session: Session, params: Params, context: TypedContext<Params, Result>): Promise<Evidence>;
  start(session: Session, params: Params, context: TypedContext<Params, Result>): Promise<unknown>;
  watch(
    session: Session,
    params: Params,
    context: TypedContext<Params, Result>,
  ): Promise<Done<Params, Result> | Failed>;
  state(session: Session, context: DriverContext): Promise<InstrumentState>;
  probe(session: Session, params: Params, context: TypedContext<Params, Result>): Promise<Found<Params, Result>>;
  stop(session: Session, context: OperationContext): Promise<Failed>;
  stopIt(session: Session, context: OperationContext): Promise<unknown>;
  pause(session: Session, context: OperationContext): Promise<void>;
}

/** The names of the parameters that are numbers. */
type NumberNames<Specs> = {
  [Name in keyof Specs & string]: [Extract<Specs[Name], { type: "quantity" | "integer" }>] extends [never]
    ? never
    : Name;
}[keyof Specs & string];

/** What every form has: all of `Operation` but the functions, the retry class, the duration and the values. */
type Common<Session> = Pick<Operation<Session>, "title" | "description" | "locks" | "asks" | "hasPartials"> & {
  /** Default `1.0.0`. */
  readonly version?: string;
  readonly pause?: Functions<Session, unknown, unknown>["pause"];
  readonly resume?: Functions<Session, unknown, unknown>["pause"];
};

/**
 * An act that may be done again: it is carried out by `run` from its first byte to its result, and needs no probe, since a
 * new attempt does no harm.
 */
interface RunForm<Session, Params, Result> {
  readonly retryClass: "idempotent" | "retry-safe";
  readonly run: Functions<Session, Params, Result>["run"];
  readonly stop?: Functions<Session, Params, Result>["stop"];
  readonly start?: never;
  readonly watch?: never;
  readonly finish?: never;
  readonly probe?: never;
}

/**
 * What no act can be: one that is run and may not be done again. It gives the functions of `run` their types while the
 * compiler does not see a retry class, and names the probe that is missing.
 */
interface UnprobedForm<Session, Params, Result> {
  readonly retryClass?: undefined;
  readonly run: Functions<Session, Params, Result>["run"];
  readonly probe: never;
  readonly start?: never;
  readonly watch?: never;
  readonly finish?: never;
}

/**
 * An act that the instrument counts: `start` sends what sets it off, and the kit waits until
 * the instrument is at rest, tells a whole act from one that was stopped, and finds out after a crash what became of it.
 */
interface CountedForm<Session, Params, Result> {
  readonly retryClass?: RetryClass;
  readonly start: Functions<Session, Params, Result>["start"];
  readonly probe: {
    /** When its counter goes up: as the act begins, or once it has come to its end, which one that was stopped does not. */
    readonly rises: Rises;
    /**
     * What the instrument says of itself. Moves nothing, and is called before, during and after the act; what it returns is
     * kept as evidence, and steps may demand it by name (`precond`).
     */
    readonly state: Functions<Session, Params, Result>["state"];
  };
  /** Returns the end of an act that has come to its own end: `done(...)` with the result. */
  readonly finish?: Functions<Session, Params, Result>["run"];
  /** Stops a running act without harm; without it a running command cannot be cancelled. What had moved, the kit finds out. */
  readonly stop?: Functions<Session, Params, Result>["stopIt"];
  /** Lab time from one look at the running act to the next, ms; default: a fiftieth of the typical duration, 100 to 2,000. */
  readonly everyMs?: number;
  readonly run?: never;
  readonly watch?: never;
}

/** The functions of `Operation`, with typed values: for acts whose evidence is no counter. */
interface WatchedForm<Session, Params, Result> {
  readonly retryClass?: RetryClass;
  readonly baseline: Functions<Session, Params, Result>["baseline"];
  readonly start: Functions<Session, Params, Result>["start"];
  readonly watch: Functions<Session, Params, Result>["watch"];
  readonly probe: Functions<Session, Params, Result>["probe"];
  readonly stop?: Functions<Session, Params, Result>["stop"];
  readonly run?: never;
  readonly finish?: never;
}

/** What is counted needs `finish`, or no result: a conditional type would say so, too, but keep the session from being inferred. */
type Counted<Session, Params, Result> =
  | (CountedForm<Session, Params, Result> & {
      readonly finish: NonNullable<CountedForm<Session, Params, Result>["finish"]>;
    })
  | (CountedForm<Session, Params, Result> & {
      readonly finish?: never;
      readonly result: { readonly [Name in keyof Result]: never };
    });

/** The operations of a device, by name, each in the form that fits it. */
export type OperationForms<Session, Params, Result> = {
  readonly [Name in keyof Params]: Common<Session> & {
    readonly duration: DurationDeclaration<NumberNames<Params[Name]>>;
  } & (
      | RunForm<Session, ValuesOf<Params[Name]>, ValuesOf<Result[Name & keyof Result]>>
      | UnprobedForm<Session, ValuesOf<Params[Name]>, ValuesOf<Result[Name & keyof Result]>>
      | Counted<Session, ValuesOf<Params[Name]>, ValuesOf<Result[Name & keyof Result]>>
      | WatchedForm<Session, ValuesOf<Params[Name]>, ValuesOf<Result[Name & keyof Result]>>
    );
};

// The values are those of the specs, which the kit checks before a driver sees them.
// oxlint-disable-next-line typescript/no-explicit-any -- forms of different values have no other common type
type Any = any;
type Declared<Session> = Common<Session> & Pick<Operation<Session>, "params" | "result" | "duration">;

/** One operation of each form, once its types have been checked. */
export type AnyRunForm<Session> = Declared<Session> & RunForm<Session, Any, Any>;
export type AnyCountedForm<Session> = Declared<Session> & CountedForm<Session, Any, Any>;
export type AnyWatchedForm<Session> = Declared<Session> & WatchedForm<Session, Any, Any>;
export type AnyForm<Session> = AnyRunForm<Session> | AnyCountedForm<Session> | AnyWatchedForm<Session>;

/** The functions of an act, whatever its form, over values that the kit has checked. */
export interface ActFunctions<Session> {
  readonly baseline: (session: Session, params: Values, context: TypedContext<Values, Values>) => Promise<Evidence>;
  readonly start: (session: Session, params: Values, context: TypedContext<Values, Values>) => Promise<unknown>;
  readonly watch: (session: Session, params: Values, context: TypedContext<Values, Values>) => Promise<Ending>;
  readonly probe: (session: Session, params: Values, context: TypedContext<Values, Values>) => Promise<Finding>;
  readonly stop?: Operation<Session>["stop"] | undefined;
  /** As it is announced. */
  readonly probes?: boolean | undefined;
}
