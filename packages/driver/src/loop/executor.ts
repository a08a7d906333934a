import { type Clock, type CommandError, LabError, type Log } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext, OperationContext } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { type Act, actOf } from "./act.ts";
import { createActJournal } from "./act-journal.ts";
import { createCarryOut } from "./carry-out.ts";
import { inDoubt } from "./conclude.ts";
import { type End, type Moment, settledRecord } from "./facts.ts";
import { createFollower } from "./follower.ts";
import type { Latch } from "./latch.ts";
import type { Reporter } from "./reporter.ts";
import { createStopAct } from "./stop-act.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface ExecutorOptions<Session> {
  readonly operations: DeviceDefinition<unknown, Session>["operations"];
  readonly halt: DeviceDefinition<unknown, Session>["halt"];
  readonly latch: Latch;
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly reporter: Reporter;
  readonly linkClock: Clock;
  readonly moment: () => Moment;
  readonly log: Log;
}

/** Carries commands out, one at a time. */
export interface Executor {
  /** The command that has the device, if any. */
  runningId(): string | null;
  /** Takes a command that was just journaled as accepted; it may start before `startBy` on the link clock. */
  begin(record: CommandRecord, startBy: number): void;
  /** Settles what an earlier process left behind (D7): accepted is cancelled, started is probed or watched again. */
  recover(): void;
  /** Tells that a command was cancelled before it had started, so that the device is free. */
  release(commandId: string): void;
  /** Asks a started command to stop (D8), and answers with whatever comes of it. */
  stop(commandId: string): void;
  /** The start that is under way, if any; resolves when it has sent its last byte, or failed to. */
  starting(): Promise<void> | null;
  /** Ends the wait for the command that has the device, since an E-STOP came: what it came to is looked for instead (S3). */
  interrupt(): void;
  /** Why the device cannot keep its journal, if so. */
  isJournalFailing(): boolean;
  /** Stops waiting and watching; stops nothing on the instrument. */
  shutDown(): void;
}

/** Returns the executor of one driver start. */
export function createExecutor<Session>(options: ExecutorOptions<Session>): Executor {
  const { operations, halt, latch, context, store, wire, reporter, linkClock, moment, log } = options;
  let current: Act<Session> | null = null;
  let turn: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  const shutdown = closing.signal;

  const contextOf = (act: Act<Session>): OperationContext => ({
    ...context,
    signal: act.watching.signal,
    progress(fraction) {
      if (current === act && !shutdown.aborted) reporter.progress(act.commandId, fraction);
    },
  });
  const free = (act: Act<Session>) => {
    if (current === act) current = null;
  };
  const journal = createActJournal({ store, reporter, linkClock, moment, free, shutdown, log });
  const follower = createFollower({ halt, context, store, wire, journal, contextOf, linkClock, shutdown, log });
  const carryOut = createCarryOut({
    latch,
    store,
    wire,
    reporter,
    journal,
    follower,
    contextOf,
    linkClock,
    moment,
    shutdown,
    log,
  });
  const stopAct = createStopAct({ store, wire, reporter, contextOf, moment, shutdown, log });
  const take = (record: CommandRecord) => actOf(operations, record, halt !== undefined && latch.isHeld());

  /** One after the other: a cancelled act may still be reading its baseline when the next one is accepted. */
  function inTurn(act: Act<Session>, carry: () => Promise<void>): void {
    turn = turn.then(carry).catch((error: unknown) => {
      if (shutdown.aborted) return;
      // The record stays as it is: `started` is probed at the next start, which is the safe reading of a broken kit.
      log.error({ commandId: act.commandId, error }, "a command was left where it stood");
    });
  }

  return {
    runningId: () => current?.commandId ?? null,
    isJournalFailing: () => journal.isFailing(),
    begin(record, startBy) {
      const act = take(record);
      if (act === null)
        throw new LabError("device.unknownOperation", `accepted ${record.commandId} without an operation`);
      current = act;
      inTurn(act, () => (shutdown.aborted ? Promise.resolve() : carryOut(act, startBy)));
    },
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
        current ??= act;
        inTurn(act, async () => {
          current = act;
          await follower.recover(act, record.baseline ?? {});
        });
      }
    },
    release(commandId) {
      if (current?.commandId === commandId) current = null;
    },
    stop: (commandId) => stopAct(commandId, current),
    starting: () => (current?.isBeginning === true ? current.begun : null),
    interrupt() {
      if (current === null) return;
      const { commandId, watching } = current;
      // Nothing on the instrument can be cut: what has begun goes on to its end, and is watched.
      if (halt === undefined && store.find(commandId)?.state === "started") return;
      current.isHalted = true;
      current.watching = new AbortController();
      watching.abort(new LabError("device.halted", "an E-STOP came"));
    },
    shutDown() {
      const reason = new LabError("device.closing", "the device is shutting down");
      closing.abort(reason);
      current?.watching.abort(reason);
    },
  };
}
