import { type Clock, type CommandError, LabError, type Log, sleep } from "@labloop/contracts";
import type {
  DeviceDefinition,
  DriverContext,
  Ending,
  Evidence,
  Operation,
  OperationContext,
} from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { createBackOff } from "./back-off.ts";
import { endOf, endOfFinding, inDoubt, plainEvidence } from "./conclude.ts";
import { type End, type Moment, settledRecord, startedRecord } from "./facts.ts";
import type { Latch } from "./latch.ts";
import type { Reporter } from "./reporter.ts";
import type { WireKeeper } from "./wire-keeper.ts";

/** How often `probe` may fail over a wire that stays open before the command is given up as in doubt. */
const probeTries = 3;

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

interface Act<Session> {
  readonly commandId: string;
  readonly operation: Operation<Session>;
  readonly order: NonNullable<CommandRecord["order"]>;
  /** Aborted to end the watch: at shutdown, or when the act has been stopped or halted; after a halt there is a new one. */
  watching: AbortController;
  /** Settled once `start` has returned: an act can be stopped only after it has begun. */
  begun: Promise<void>;
  /** Whether `begun` is still to be settled. */
  isBeginning: boolean;
  /** Whether an E-STOP was sent to it: then only evidence tells how it ended, never `watch`. */
  isHalted: boolean;
  /** The session over which it is being watched: without contact nobody knows whether there is anything to stop. */
  watchedOver: Session | null;
  stopping: Promise<Extract<Ending, { state: "failed" }> | null> | null;
}

/** Returns the executor of one driver start. */
export function createExecutor<Session>(options: ExecutorOptions<Session>): Executor {
  const { operations, halt, latch, context, store, wire, reporter, linkClock, moment, log } = options;
  let current: Act<Session> | null = null;
  let turn: Promise<void> = Promise.resolve();
  let isShutDown = false;
  let isJournalFailing = false;
  const shutdown = new AbortController();

  const contextOf = (act: Act<Session>): OperationContext => ({
    ...context,
    signal: act.watching.signal,
    progress(fraction) {
      if (current === act && !isShutDown) reporter.progress(act.commandId, fraction);
    },
  });

  /** Writes what `change` makes of the record as it is by then, again and again until the journal takes it (D10). */
  async function persist(
    commandId: string,
    change: (record: CommandRecord) => CommandRecord | null,
  ): Promise<CommandRecord | null> {
    const backOff = createBackOff(1_000, 60_000);
    for (;;) {
      const record = store.find(commandId);
      const next = record === null ? null : change(record);
      if (next === null) return null;
      try {
        store.write({ record: next });
        isJournalFailing = false;
        return next;
      } catch (error) {
        isJournalFailing = true;
        log.error({ commandId, error }, "the device journal cannot be written; trying again");
        await sleep(linkClock, backOff.next(), shutdown.signal);
      }
    }
  }

  /** D5: the end is durable first, then the device is free, then it is reported. */
  async function settle(act: Act<Session>, end: End): Promise<void> {
    const record = await persist(act.commandId, (now) =>
      now.settledAt === null ? settledRecord(now, moment(), end) : null,
    );
    if (current === act) current = null;
    if (record !== null) reporter.report(record);
  }

  /** An accepted command that will not start: no matter has moved. */
  function giveUp(act: Act<Session>, code: string, message: string, errorClass: CommandError["class"]): Promise<void> {
    return settle(act, { state: "cancelled", physical: "none", error: { code, message, class: errorClass } });
  }

  /**
   * D4: re-checks, makes `started` durable, and sends the first byte in the same turn of the event loop, so that nothing
   * can come in between. Null when the act must not begin, which is settled by then.
   */
  async function launch(
    act: Act<Session>,
    session: Session,
    baseline: Evidence,
    startBy: number,
  ): Promise<{ starting: Promise<void> } | null> {
    const backOff = createBackOff(250, 15_000);
    for (;;) {
      const record = store.find(act.commandId);
      if (record === null || record.state !== "accepted") return null;
      const { fence } = store.head;
      if (record.epoch < fence) {
        await giveUp(
          act,
          "device.staleEpoch",
          `epoch ${record.epoch} fell below the fence ${fence} before it started`,
          "crash",
        );
        return null;
      }
      if (latch.isHeld()) {
        await giveUp(act, "estop-latched", "an E-STOP came before it had started", "crash");
        return null;
      }
      if (linkClock.now() >= startBy) {
        await giveUp(act, "device.expired", "its time to live was over before it could start", "crash");
        return null;
      }
      if (wire.session() !== session) {
        await giveUp(act, "device.wireDown", "the wire was lost after the baseline had been read", "instrument");
        return null;
      }
      const started = startedRecord(record, moment(), baseline, store.head.jseq + 1);
      try {
        store.write({ record: started });
        isJournalFailing = false;
      } catch (error) {
        if (!isJournalFailing) {
          const message = "the device journal cannot be written, so the command does not start";
          reporter.refuse("journal-unavailable", message, { commandId: act.commandId });
        }
        isJournalFailing = true;
        log.error({ commandId: act.commandId, error }, "the device journal cannot be written; trying again");
        await sleep(linkClock, backOff.next(), shutdown.signal);
        continue;
      }
      // In an async function, so that what a driver throws at once is a rejection too.
      const starting = (async () => act.operation.start(session, act.order.params, baseline, contextOf(act)))();
      act.isBeginning = true;
      act.begun = starting
        .catch(() => {})
        .then(() => {
          act.isBeginning = false;
        });
      reporter.report(started);
      return { starting };
    }
  }

  async function carryOut(act: Act<Session>, startBy: number): Promise<void> {
    const session = wire.session();
    if (session === null)
      return giveUp(act, "device.wireDown", "the wire was lost before the command started", "instrument");
    let baseline: Evidence;
    try {
      baseline = plainEvidence(await act.operation.baseline(session, act.order.params, contextOf(act)));
    } catch (error) {
      if (isShutDown) return;
      return giveUp(act, "device.baselineFailed", `nothing has moved: ${textOf(error)}`, "instrument");
    }
    const launched = isShutDown ? null : await launch(act, session, baseline, startBy);
    // A failed write may have reached the disk after all: then the instrument is asked, as after a restart.
    if (launched === null && (isShutDown || store.find(act.commandId)?.state !== "started")) return;
    const end = launched === null ? null : await watched(act, session, baseline, launched.starting);
    if (end === null) await recoverContact(act, baseline);
    else await settle(act, end);
  }

  /** D7: looks for evidence as soon as the wire is there, then settles, or goes on watching what still runs. */
  async function recoverContact(act: Act<Session>, baseline: Evidence): Promise<void> {
    const { operation, order } = act;
    const backOff = createBackOff(250, 15_000);
    let failedProbes = 0;
    while (!isShutDown) {
      const session = await wire.next(shutdown.signal);
      const { signal } = act.watching;
      let end: End | null = null;
      let isRunning = false;
      try {
        const finding = await operation.probe(session, order.params, baseline, contextOf(act));
        if (isShutDown) return;
        const wasStopSent = act.isHalted || store.find(act.commandId)?.evidence?.["stopSentAt"] !== undefined;
        end = endOfFinding(operation.result, finding, wasStopSent, act.isHalted ? "an E-STOP came" : undefined);
        isRunning = end === null;
        if (isRunning && act.isHalted) await halt?.(session, context);
      } catch (error) {
        if (isShutDown) return;
        // Broken off by an E-STOP, which is no fault of the wire: look again.
        if (signal.aborted) continue;
        log.warn({ commandId: act.commandId, reason: textOf(error) }, "the search for evidence failed");
        // Over a lost wire the question stays open; an instrument that answers nonsense will go on doing so.
        if (wire.session() === session && ++failedProbes >= probeTries) {
          end = inDoubt(`the search for evidence failed ${probeTries} times: ${textOf(error)}`);
        }
        wire.drop(session);
      }
      if (isRunning && !act.isHalted) end = await watched(act, session, baseline, Promise.resolve());
      if (end !== null) return settle(act, end);
      await sleep(linkClock, backOff.next(), shutdown.signal);
    }
  }

  /** Watches an act to its end; null when contact was lost and evidence must be looked for. */
  async function watched(
    act: Act<Session>,
    session: Session,
    baseline: Evidence,
    starting: Promise<void>,
  ): Promise<End | null> {
    const { operation, order } = act;
    const { signal } = act.watching;
    let ending: Ending | null = null;
    try {
      await starting;
      if (act.isHalted) return null;
      act.watchedOver = session;
      ending = await operation.watch(session, order.params, baseline, contextOf(act));
    } catch (error) {
      if (isShutDown) return null;
      if (!signal.aborted) {
        log.warn({ commandId: act.commandId, reason: textOf(error) }, "contact was lost during the act");
        wire.drop(session);
      }
    } finally {
      act.watchedOver = null;
    }
    // While a stop is under way its word counts: to `watch`, an act cut short may look like one that is over.
    ending = (await act.stopping) ?? (act.isHalted ? null : ending);
    return ending === null || isShutDown ? null : endOf(operation.result, ending);
  }

  function take(record: CommandRecord): Act<Session> | null {
    const { order } = record;
    const operation = order === null ? undefined : operations[order.op];
    if (order === null || operation === undefined) return null;
    const watching = new AbortController();
    return {
      commandId: record.commandId,
      operation,
      order,
      watching,
      begun: Promise.resolve(),
      isBeginning: false,
      isHalted: halt !== undefined && latch.isHeld(),
      watchedOver: null,
      stopping: null,
    };
  }

  /** One after the other: a cancelled act may still be reading its baseline when the next one is accepted. */
  function inTurn(act: Act<Session>, carry: () => Promise<void>): void {
    turn = turn.then(carry).catch((error: unknown) => {
      if (isShutDown) return;
      // The record stays as it is: `started` is probed at the next start, which is the safe reading of a broken kit.
      log.error({ commandId: act.commandId, error }, "a command was left where it stood");
    });
  }

  return {
    runningId: () => current?.commandId ?? null,
    isJournalFailing: () => isJournalFailing,
    begin(record, startBy) {
      const act = take(record);
      if (act === null)
        throw new LabError("device.unknownOperation", `accepted ${record.commandId} without an operation`);
      current = act;
      inTurn(act, () => (isShutDown ? Promise.resolve() : carryOut(act, startBy)));
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
          await recoverContact(act, record.baseline ?? {});
        });
      }
    },
    release(commandId) {
      if (current?.commandId === commandId) current = null;
    },
    stop(commandId) {
      const act = current;
      const answer = () => {
        const record = isShutDown ? null : store.find(commandId);
        if (record !== null) reporter.report(record);
      };
      const stop = act?.operation.stop;
      if (act === null || act.commandId !== commandId || stop === undefined || act.stopping !== null) {
        answer();
        return;
      }
      act.stopping = act.begun
        .then(() => {
          const session = act.watchedOver;
          const record = isShutDown ? null : store.find(commandId);
          if (session === null || session !== wire.session() || record === null) {
            throw new LabError("device.noContact", "without contact nobody knows whether there is anything to stop");
          }
          // Durable before the first byte, as for the act itself: from now on "it is over" no longer means "it was done".
          store.write({ record: { ...record, evidence: { stopSentAt: moment().at } } });
          return stop(session, contextOf(act));
        })
        .then(
          (ending) => {
            act.watching.abort(new LabError("device.stopped", "the act was stopped"));
            return ending;
          },
          (error: unknown) => {
            act.stopping = null;
            if (isShutDown) return null;
            log.warn({ commandId, reason: textOf(error) }, "the act could not be stopped");
            answer();
            return null;
          },
        );
    },
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
      isShutDown = true;
      const reason = new LabError("device.closing", "the device is shutting down");
      shutdown.abort(reason);
      current?.watching.abort(reason);
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
