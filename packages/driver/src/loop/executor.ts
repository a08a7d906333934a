import { type Clock, type CommandError, LabError, type Log } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { type Act, actOf } from "./act.ts";
import { type AnswerAct, createAnswerAct } from "./answer-act.ts";
import { createActJournal } from "./act-journal.ts";
import { createCarryOut } from "./carry-out.ts";
import { inDoubt } from "./conclude.ts";
import { createContextOf } from "./context-of.ts";
import { type End, type Moment, settledRecord } from "./facts.ts";
import { createFollower } from "./follower.ts";
import { createLine } from "./line.ts";
import { areSerial } from "./locks.ts";
import { createPauseAct, type PauseAct } from "./pause-act.ts";
import type { Reporter } from "./reporter.ts";
import { requirementsOf } from "./requirements.ts";
import { createStopAct } from "./stop-act.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface ExecutorOptions<Session> {
  readonly operations: DeviceDefinition<unknown, Session>["operations"];
  readonly halt: DeviceDefinition<unknown, Session>["halt"];
  /** Why nothing may start now; null when it may (D3, D4). */
  readonly gate: () => CommandError | null;
  /** Whether an E-STOP stands. */
  readonly isLatched: () => boolean;
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly reporter: Reporter;
  readonly linkClock: Clock;
  readonly moment: () => Moment;
  readonly log: Log;
}

/** Carries commands out: one at a time, or side by side where they hold no lock in common (D14). */
export interface Executor {
  /** The commands that have, or are next in line for, what they hold; by turn. */
  heldIds(): string[];
  /** How many accepted commands wait for others (D3). */
  waitingCount(): number;
  /** The command that an operation would have to wait for, if any. */
  holderOf(op: string): string | null;
  /** Takes a command that was just accepted; it may start before `startBy` on the link clock. */
  begin(record: CommandRecord, startBy: number): void;
  /** Looks again at what waits for other commands; to be called after every record that others may wait for. */
  reconsider(): void;
  /** Settles what an earlier process left behind (D7): accepted is cancelled, started is probed or watched again. */
  recover(): void;
  /** Tells that a command was cancelled before it had started, so that what it held is free. */
  release(commandId: string): void;
  /** Drops a command whose acceptance the journal did not take: it was never there. */
  abandon(commandId: string): void;
  /** Cancels everything that has not started, with this reason; what cannot be journaled will not start either (D4). */
  dismissAccepted(error: CommandError): void;
  /** Asks a started command to stop (D8), and answers with whatever comes of it. */
  stop(commandId: string): void;
  /** Asks started commands to stand still or go on; without an id all of them. */
  readonly pause: PauseAct;
  readonly answer: AnswerAct;
  /** The starts that are under way; resolves when they have sent their last bytes, or failed to. Null when there are none. */
  starting(): Promise<void> | null;
  /** Resolves once everything that has a turn now has ended. */
  idle(): Promise<void>;
  /** Ends the wait for what has started, since an E-STOP came: what it came to is looked for instead (S3). */
  interrupt(): void;
  /** Why the device cannot keep its journal, if so. */
  isJournalFailing(): boolean;
  /** Stops waiting and watching; stops nothing on the instrument. */
  shutDown(): void;
}

/** Returns the executor of one driver start. */
export function createExecutor<Session>(options: ExecutorOptions<Session>): Executor {
  const { operations, halt, gate, isLatched, context, store, wire, reporter, linkClock, moment, log } = options;
  const held = new Map<string, Act<Session>>();
  const waiting = new Map<string, { readonly act: Act<Session>; readonly startBy: number }>();
  const expiries = new Map<string, () => void>();
  const closing = new AbortController();
  const shutdown = closing.signal;
  const line = createLine({ isOver: () => shutdown.aborted, log });

  const find = (commandId: string) => store.find(commandId);
  const contextOf = createContextOf<Session>({ context, store, reporter, moment, log }, (act) => {
    return held.get(act.commandId) === act && !shutdown.aborted;
  });
  const forget = (commandId: string) => {
    held.delete(commandId);
    waiting.delete(commandId);
    expiries.get(commandId)?.();
    expiries.delete(commandId);
  };
  const free = (act: Act<Session>) => {
    forget(act.commandId);
    reconsider();
  };
  const journal = createActJournal({ store, reporter, linkClock, moment, free, shutdown, log });
  const follower = createFollower({
    halt,
    isLatched,
    context,
    store,
    wire,
    journal,
    contextOf,
    linkClock,
    shutdown,
    log,
  });
  const around = { gate, store, wire, reporter, journal, follower, contextOf, linkClock, moment, shutdown, log };
  const carryOut = createCarryOut({ ...around, onStarted: () => reconsider() });
  const stopAct = createStopAct({ store, wire, reporter, contextOf, moment, shutdown, log });
  const pause = createPauseAct({ acts: () => held.values(), gate, store, wire, contextOf, shutdown });
  const take = (record: CommandRecord) => actOf(operations, record, halt !== undefined && isLatched());

  function takeTurn(act: Act<Session>, carry: () => Promise<void>): void {
    held.set(act.commandId, act);
    line.join(act.commandId, act.operation.locks ?? null, carry);
  }

  /** An accepted command that ends without having started. */
  function giveUp(act: Act<Session>, code: string, message: string): void {
    act.isGivenUp = true;
    const end: End = { state: "cancelled", physical: "none", error: { code, message, class: "crash" } };
    journal.settle(act, end).catch((error: unknown) => {
      if (!shutdown.aborted) log.error({ commandId: act.commandId, error }, "a command was left accepted");
    });
  }

  function start(act: Act<Session>, startBy: number): void {
    takeTurn(act, () => {
      expiries.get(act.commandId)?.();
      return carryOut(act, startBy);
    });
  }

  function reconsider(): void {
    for (const [commandId, { act, startBy }] of waiting) {
      const requirements = requirementsOf(act.order.requires ?? [], find);
      if (requirements.kind === "waiting") continue;
      waiting.delete(commandId);
      if (requirements.kind === "met") start(act, startBy);
      else giveUp(act, "device.requirementUnmet", requirements.message);
    }
  }

  return {
    heldIds: () => [...held.keys()],
    waitingCount: () => waiting.size,
    holderOf(op) {
      const locks = operations[op]?.locks ?? null;
      for (const act of held.values()) if (areSerial(act.operation.locks ?? null, locks)) return act.commandId;
      return null;
    },
    isJournalFailing: () => journal.isFailing(),
    begin(record, startBy) {
      const act = take(record);
      if (act === null)
        throw new LabError("device.unknownOperation", `accepted ${record.commandId} without an operation`);
      const { commandId, order } = act;
      if (requirementsOf(order.requires ?? [], find).kind === "met") {
        start(act, startBy);
        return;
      }
      waiting.set(commandId, { act, startBy });
      // Whoever waits for others cannot look at the clock.
      const expire = () => giveUp(act, "device.expired", "its time to live was over before it could start");
      expiries.set(commandId, linkClock.at(startBy, expire));
    },
    reconsider,
    recover() {
      for (const record of store.unsettled()) {
        if (record.state === "accepted") {
          const message = "the driver restarted before it had started";
          const error: CommandError = { code: "device.restarted", message, class: "crash" };
          const end: End = { state: "cancelled", physical: "none", error };
          store.write({ record: settledRecord(record, moment(), end) });
          continue;
        }
        const act = take(record);
        if (act === null) {
          // Another driver version, which lost the operation and with it the way to look for evidence.
          const end = inDoubt(`this driver no longer knows the operation ${record.order?.op ?? ""}`);
          store.write({ record: settledRecord(record, moment(), end) });
          continue;
        }
        takeTurn(act, () => follower.recover(act, record.baseline ?? {}));
      }
    },
    release(commandId) {
      forget(commandId);
      reconsider();
    },
    abandon(commandId) {
      const act = held.get(commandId) ?? waiting.get(commandId)?.act;
      // The same id may be accepted again while this one still reads its baseline.
      if (act !== undefined) act.isGivenUp = true;
      forget(commandId);
      reconsider();
    },
    dismissAccepted(error) {
      for (const commandId of [...held.keys(), ...waiting.keys()]) {
        const record = store.find(commandId);
        if (record === null || record.state !== "accepted") continue;
        const cancelled = settledRecord(record, moment(), { state: "cancelled", physical: "none", error });
        try {
          store.write({ record: cancelled });
        } catch (failure) {
          // It will not start: the gate is asked again before the first byte, and the end is written then.
          log.error({ commandId, error: failure }, "the device journal cannot be written");
          continue;
        }
        forget(commandId);
        reporter.report(cancelled);
      }
      reconsider();
    },
    stop: (commandId) => stopAct(commandId, held.get(commandId) ?? null),
    pause,
    answer: createAnswerAct<Session>({ find: (commandId) => held.get(commandId), store }),
    starting() {
      const begun = [...held.values()].filter((act) => act.isBeginning).map((act) => act.begun);
      // A single one as it is: the halt that waits for it has to go out before the search for evidence.
      return begun.length === 1 ? (begun[0] ?? null) : begun.length === 0 ? null : Promise.all(begun).then(() => {});
    },
    idle: () => line.idle(),
    interrupt() {
      for (const act of held.values()) {
        const { commandId, watching } = act;
        // Nothing on the instrument can be cut: what has begun goes on to its end, and is watched.
        if (halt === undefined && store.find(commandId)?.state === "started") continue;
        act.isHalted = true;
        act.watching = new AbortController();
        watching.abort(new LabError("device.halted", "an E-STOP came"));
      }
    },
    shutDown() {
      const reason = new LabError("device.closing", "the device is shutting down");
      closing.abort(reason);
      for (const act of held.values()) act.watching.abort(reason);
      for (const cancel of expiries.values()) cancel();
    },
  };
}
