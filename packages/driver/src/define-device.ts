import type {
  Asks,
  CalibrationNeed as AnnouncedNeed,
  Clock,
  CommandError,
  DeviceCaps,
  Json,
  Log,
  Physical,
  RetryClass,
  StepAnswer,
  Values,
  ValueSpecs,
} from "@labloop/contracts";
import type * as z from "zod";
import type { DeclaredFault } from "./declare/fault-declaration.ts";
import type { ByteStream } from "./wire/byte-stream.ts";

/** What a driver may know and do besides its wire. */
export interface DriverContext {
  readonly deviceId: string;
  /** Lab time: how long acts last. */
  readonly labClock: Clock;
  /** Real time: how long an answer on the wire may take. */
  readonly linkClock: Clock;
  readonly log: Log;
}

export interface OperationContext extends DriverContext {
  /** The command that is carried out, asked about or stopped; the same after a restart. */
  readonly commandId: string;
  /**
   * Aborted when the device shuts down or an E-STOP comes; a driver stops waiting then, and stops nothing on the
   * instrument. A `start` that asks the instrument anything looks at it once more right before its first irreversible byte.
   */
  readonly signal: AbortSignal;
  /** Display only: 0 to 1. */
  readonly progress: (fraction: number) => void;
  /**
   * The result so far, in the names of `result` that are known already; it takes the place of the part before, and the end
   * takes its place (D20). Every call is an fsync. What is not as announced, or above 192 KiB, is left out, with a line in
   * the log.
   */
  readonly partial: (values: Values) => void;
  /**
   * Resolves with what a person says of a step that they were asked to do; what is not as announced has been refused by then.
   * Rejects when the watch is over.
   */
  readonly answer: () => Promise<{ readonly answer: StepAnswer; readonly by: string }>;
}

/** Plain evidence, written into the device journal and carried in reports. */
export type Evidence = Record<string, Json>;

/** How a command ended. A thrown error is neither: the kit probes, and without decisive evidence reports `unknown`. */
export type Ending =
  | { readonly state: "succeeded"; readonly result: Values; readonly executed: Values; readonly evidence?: Evidence }
  | {
      readonly state: "failed";
      readonly physical: Exclude<Physical, "unknown">;
      readonly error: CommandError;
      readonly evidence?: Evidence;
    };

/** What a driver's search for evidence found. Only a decisive finding settles anything. */
export type Finding =
  | {
      readonly outcome: "happened";
      readonly decisive: true;
      readonly evidence: Evidence;
      readonly ending: Ending;
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
  | { readonly outcome: "running"; readonly decisive: true; readonly evidence: Evidence }
  | { readonly outcome: "unknown"; readonly decisive: false; readonly evidence: Evidence };

/**
 * How long an act lasts, in lab time: typically, which feeds the plan, and at most, which is its deadline. Where it follows
 * from the parameters, `byParams` says how, for those who plan without the driver: `baseMs`, and for each term its `ms`
 * times the parameters in `of`, divided by those in `per`, each in its unit.
 */
export interface DurationDeclaration<Name extends string = string> {
  readonly typicalMs: number;
  readonly maxMs: number;
  readonly byParams?:
    | {
        readonly baseMs: number;
        readonly terms: readonly {
          readonly ms: number;
          readonly of?: readonly Name[] | undefined;
          readonly per?: readonly Name[] | undefined;
        }[];
      }
    | undefined;
}

/**
 * One thing a device can do, cut where the contract cuts it (D4, D5, D7).
 *
 * `baseline` reads whatever will later tell whether the act took place (a counter, a position) and moves nothing; what it
 * returns is fsynced with `started`. It throws when the instrument is busy with anything else: an act in doubt may still
 * be going on, and its evidence would be taken for this one's. `start` sends the first byte that can move matter and
 * returns once the instrument has taken it. `watch` follows the act to its end and collects the result; it is entered
 * after `start`, and again after a restart when `probe` finds the act still running. `probe` looks for evidence and moves
 * nothing.
 */
export interface Operation<Session> {
  readonly title: string;
  /** More than the title, for the documentation. */
  readonly description?: string;
  readonly version: string;
  readonly params: ValueSpecs;
  readonly result: ValueSpecs;
  /** Default `non-repeatable`. */
  readonly retryClass?: RetryClass;
  /**
   * What it holds while it runs, for example `["arm"]`: operations without a lock in common run side by side (D14). Default:
   * the whole device. Whoever declares it answers for one session that serves both, and for evidence that tells them apart.
   */
  readonly locks?: readonly string[] | undefined;
  /** Set where a person carries it out; `watch` then waits for `context.answer()`. */
  readonly asks?: Asks | undefined;
  /** Whether it reports parts of its result while it runs. */
  readonly hasPartials?: boolean;
  /** Whether `probe` can be decisive, as people are told who have to settle a doubt; without it nothing is announced. */
  readonly probes?: boolean | undefined;
  readonly duration: DurationDeclaration;
  readonly baseline: (session: Session, params: Values, context: OperationContext) => Promise<Evidence>;
  readonly start: (session: Session, params: Values, baseline: Evidence, context: OperationContext) => Promise<void>;
  readonly watch: (session: Session, params: Values, baseline: Evidence, context: OperationContext) => Promise<Ending>;
  readonly probe: (session: Session, params: Values, baseline: Evidence, context: OperationContext) => Promise<Finding>;
  /**
   * Stops a running act without harm and says what had moved; without it a running command cannot be cancelled. Called
   * only while `watch` is under way, over the same session, so the session must serve both.
   */
  readonly stop?: (session: Session, context: OperationContext) => Promise<Extract<Ending, { state: "failed" }>>;
  /**
   * Has a running act stand still where that does no harm, and go on later; only with both can it be paused. Called as
   * `stop` is, each perhaps twice in a row; `watch` goes on meanwhile and must not take the pause for an end.
   */
  readonly pause?: (session: Session, context: OperationContext) => Promise<void>;
  readonly resume?: (session: Session, context: OperationContext) => Promise<void>;
}

/** What a device reads of itself all the time, besides its acts. */
export interface Telemetry<Session> {
  readonly channels: Readonly<Record<string, { readonly unit: string; readonly description?: string }>>;
  /** Real time from one reading to the next, in ms. */
  readonly everyMs: number;
  /**
   * One reading of every channel, in its unit; null, or no entry, for one that cannot be read now. Moves nothing, and is
   * called over the open session, also while acts are under way.
   */
  readonly read: (session: Session, context: DriverContext) => Promise<Readonly<Record<string, number | null>>>;
}

/** What a driver knows of its instrument: that all is well, or in words what a person should see to. */
export type Condition = "ok" | { readonly attention: string };

/** How a driver looks after its instrument's condition. */
export interface HealthWatch<Session> {
  /** Real time from one look to the next, in ms; default: a minute. */
  readonly everyMs?: number;
  /** Whether it also looks while acts are under way; without it, a look can disturb none. What it said before stands then. */
  readonly whileActing?: boolean;
  /**
   * What the instrument says of itself: paper, filters, doors, faults that it shows. Moves nothing, and is called over the
   * open session. What it says is told to people and holds nothing back.
   */
  readonly look: (session: Session, context: DriverContext) => Promise<Condition>;
}

/** The version of this kit that drivers are written for; another one is announced when a driver would have to change. */
export const driverApi = 2;

/** What a device says of itself before it is opened. */
export interface DeviceHead {
  readonly kind: string;
  readonly driverVersion: string;
  /** The role it plays in protocols, for example `fdm-printer`. */
  readonly capability: string;
  readonly title: { readonly en: string; readonly ja: string };
  /** The manual or source the wire was written from, and whether the driver has ever met the instrument. */
  readonly provenance: { readonly manual: string; readonly metHardware: boolean };
}

/** How a device is opened, and what it does besides its operations. */
export interface DeviceFrame<Config = unknown, Session = unknown> {
  /** The version of the kit it was written for, by default the present one; a driver for another is refused by name. */
  readonly api?: number;
  /**
   * Whose the way to the instrument is: `stream`, the default, for a stream of bytes that the kit opens as the lab file says;
   * `own` for a driver that goes its own way, to a folder or to a person. The latter gets a stream that carries nothing:
   * closing it says that the instrument is lost, and its end that the session is over.
   */
  readonly link?: "stream" | "own";
  /** Opens a session on a fresh stream and checks who is on the other side; moves nothing. */
  readonly connect: (stream: ByteStream, config: Config, context: DriverContext) => Promise<Session>;
  /**
   * Cuts all motion now, for an E-STOP; without it nothing on the instrument moves, or nothing can be cut. Called at any
   * moment over the open session, also while `start` or `watch` are under way, and again when in doubt: it must do no harm
   * to an instrument at rest. Resolves as soon as the instrument has taken it, well within 100 ms (S2). What became of the
   * act is then for `probe` to find.
   */
  readonly halt?: (session: Session, context: DriverContext) => Promise<unknown>;
  /**
   * What becomes of acts when the engine has been silent for `afterMs` of real time (D15): `hold` pauses what can be paused,
   * `safe-park` stops what can be stopped and then calls `park`, `finish` lets everything end. Default: `finish`.
   */
  readonly watchdog?: NonNullable<DeviceCaps["watchdog"]>;
  /** Brings the instrument to where it does no harm; called only when acts have been under way and all have ended. */
  readonly park?: (session: Session, context: DriverContext) => Promise<void>;
  /**
   * Staff may take any instrument (D19). `whileRunning`: whether an act is left alone then, the default, or they are refused
   * until its end. `rehome` is called when they give it back, before anything else may move; when it throws, the device
   * stays theirs.
   */
  readonly local?: {
    readonly whileRunning?: "leave" | "refuse";
    readonly rehome?: (session: Session, context: DriverContext) => Promise<void>;
  };
  readonly telemetry?: Telemetry<Session>;
  readonly health?: HealthWatch<Session>;
  /** What is known to go wrong, by name: for the documentation. */
  readonly faults?: Readonly<Record<string, DeclaredFault>>;
  /** What a newcomer should know before the first use, in Markdown. */
  readonly docs?: string;
}

/**
 * What of a device's values rests on a calibration, how often that is due, and how it is done. A lab file's `calibration`
 * builds on it: it need only state what differs, and the day.
 */
export type CalibrationNeed = Omit<AnnouncedNeed, "values"> & {
  /** `operation.result`. */
  readonly values: readonly string[];
};

/** A device as the kit runs it: what it is, how to open it, and what it can do. `defineDevice` makes one. */
export interface DeviceDefinition<Config = unknown, Session = unknown>
  extends DeviceHead,
    DeviceFrame<Config, Session> {
  readonly config: z.ZodType<Config>;
  /** The instrument's own word on its identity; null where the wire cannot tell. */
  readonly identify: (session: Session) => { readonly serial: string | null; readonly firmware: string | null };
  readonly operations: Readonly<Record<string, Operation<Session>>>;
  readonly calibration?: CalibrationNeed;
}
