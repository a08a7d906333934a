import type { CommandError, Physical, RetryClass, ValueSpecs } from "@labloop/contracts";
import type { DurationDeclaration, Evidence, Operation, OperationContext } from "../define-device.ts";
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

/** What a search for evidence found, as the untyped `Finding`; an act of the short form is never found running. */
export type FoundOnce<Params, Result> =
  | {
      readonly outcome: "happened";
      readonly decisive: true;
      readonly evidence: Evidence;
      readonly ending: Done<Params, Result> | Failed;
      /** True when this evidence tells a whole act from one that was cut short: only then is it believed after a stop. */
      readonly isWhole?: boolean;
    }
  | {
      readonly outcome: "not-happened";
      readonly decisive: boolean;
      readonly evidence: Evidence;
      /**
       * True when this evidence tells an act that never began from one that was cut short, as a count of acts begun does and
       * one of acts finished does not: only then is it believed after a stop.
       */
      readonly isUnbegun?: boolean;
    }
  | { readonly outcome: "partial"; readonly decisive: boolean; readonly evidence: Evidence }
  | { readonly outcome: "unknown"; readonly decisive: false; readonly evidence: Evidence };

/** As `FoundOnce`, for an act that can be watched again. */
export type Found<Params, Result> =
  | FoundOnce<Params, Result>
  | { readonly outcome: "running"; readonly decisive: true; readonly evidence: Evidence };

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
}

/** The context of an act with these values, and so the types of its functions where they stand outside the declaration. */
export type ContextFor<Act extends { readonly params: ValueSpecs; readonly result: ValueSpecs }> = TypedContext<
  ValuesOf<Act["params"]>,
  ValuesOf<Act["result"]>
>;

/**
 * The functions of an act, as methods, whose parameters the compiler compares both ways: a function that stands elsewhere
 * and names its session is met before `connect` has said what a session is.
 */
interface Functions<Session, Params, Result> {
  /** `before` is what was noted before the act; it is empty where nothing was. */
  run(
    session: Session,
    params: Params,
    context: TypedContext<Params, Result> & { readonly before: Evidence },
  ): Promise<Done<Params, Result>>;
  note(session: Session, params: Params, context: TypedContext<Params, Result>): Promise<Evidence>;
  start(session: Session, params: Params, baseline: Evidence, context: TypedContext<Params, Result>): Promise<void>;
  watch(
    session: Session,
    params: Params,
    baseline: Evidence,
    context: TypedContext<Params, Result>,
  ): Promise<Done<Params, Result> | Failed>;
  probe(
    session: Session,
    params: Params,
    baseline: Evidence,
    context: TypedContext<Params, Result>,
  ): Promise<Found<Params, Result>>;
  probeOnce(
    session: Session,
    params: Params,
    before: Evidence,
    context: TypedContext<Params, Result>,
  ): Promise<FoundOnce<Params, Result>>;
  stop(session: Session, context: OperationContext): Promise<Failed>;
  pause(session: Session, context: OperationContext): Promise<void>;
}

/** The names of the parameters that are numbers. */
type NumberNames<Specs> = {
  [Name in keyof Specs & string]: [Extract<Specs[Name], { type: "quantity" | "integer" }>] extends [never]
    ? never
    : Name;
}[keyof Specs & string];

/** What every form has: all of `Operation` but the four functions, the retry class, the duration and the values. */
type Common<Session> = Omit<
  Operation<Session>,
  | "duration"
  | "params"
  | "result"
  | "retryClass"
  | "baseline"
  | "start"
  | "watch"
  | "probe"
  | "stop"
  | "pause"
  | "resume"
> & {
  readonly stop?: Functions<Session, unknown, unknown>["stop"];
  readonly pause?: Functions<Session, unknown, unknown>["pause"];
  readonly resume?: Functions<Session, unknown, unknown>["pause"];
};

/**
 * An act that may be done again: it is carried out by `run` from its first byte to its result, and needs no probe, since a
 * new attempt does no harm.
 */
export interface RepeatableForm<Session, Params, Result> {
  readonly retryClass: "idempotent" | "retry-safe";
  readonly run: Functions<Session, Params, Result>["run"];
  readonly probe?: Functions<Session, Params, Result>["probeOnce"];
  readonly before?: never;
  readonly watch?: never;
}

/**
 * An act that must not be done twice, in the short form: `before` notes what will later tell whether it took place, `run`
 * carries it out, and `probe` looks for evidence. After a lost contact `run` is never entered again, so that an act which
 * outlives its driver needs the long form.
 */
export interface OnceForm<Session, Params, Result> {
  readonly retryClass?: "non-repeatable";
  /** Reads and moves nothing; throws when the instrument is busy with anything else. Fsynced with `started`. */
  readonly before?: Functions<Session, Params, Result>["note"];
  readonly run: Functions<Session, Params, Result>["run"];
  readonly probe: Functions<Session, Params, Result>["probeOnce"];
  readonly watch?: never;
}

/** The four functions of `Operation`, with typed values: for acts that go on when their driver dies. */
interface WatchedForm<Session, Params, Result> {
  readonly retryClass?: RetryClass;
  readonly baseline: Functions<Session, Params, Result>["note"];
  readonly start: Functions<Session, Params, Result>["start"];
  readonly watch: Functions<Session, Params, Result>["watch"];
  readonly probe: Functions<Session, Params, Result>["probe"];
  readonly run?: never;
}

type Form<Session, Params, Result> =
  | RepeatableForm<Session, Params, Result>
  | OnceForm<Session, Params, Result>
  | WatchedForm<Session, Params, Result>;

/** The operations of a device, by name, each in the form that fits it. */
export type OperationForms<Session, Params, Result> = {
  readonly [Name in keyof Params]: Common<Session> & {
    readonly duration: DurationDeclaration<NumberNames<Params[Name]>>;
  } & Form<Session, ValuesOf<Params[Name]>, ValuesOf<Result[Name & keyof Result]>>;
};

/** One operation, whichever form it has, once its types have been checked. */
export type AnyForm<Session> = Common<Session> &
  Pick<Operation<Session>, "params" | "result" | "duration"> &
  // The values are those of the specs, which the kit checks before a driver sees them.
  // oxlint-disable-next-line typescript/no-explicit-any -- forms of different values have no other common type
  Form<Session, any, any>;
