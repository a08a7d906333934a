import { canonicalJson, type Clock, type CommandError, type Log, sleep } from "@labloop/contracts";
import type { Evidence, OperationContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import type { ActJournal } from "./act-journal.ts";
import { createBackOff } from "./back-off.ts";
import { plainEvidence } from "./conclude.ts";
import { type Moment, startedRecord } from "./facts.ts";
import type { Follower } from "./follower.ts";
import type { Reporter } from "./reporter.ts";
import { requirementsOf } from "./requirements.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface CarryOutOptions<Session> {
  /** Why nothing may start now; null when it may. */
  readonly gate: () => CommandError | null;
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly reporter: Reporter;
  readonly journal: ActJournal<Session>;
  readonly follower: Follower<Session>;
  readonly contextOf: (act: Act<Session>) => OperationContext;
  readonly linkClock: Clock;
  readonly moment: () => Moment;
  /** Called when `started` is durable and the first byte is out. */
  readonly onStarted: () => void;
  /** Aborted at shutdown. */
  readonly shutdown: AbortSignal;
  readonly log: Log;
}

/** Returns what carries an accepted act out, baseline to end; it may start before `startBy` on the link clock. */
export function createCarryOut<Session>(
  options: CarryOutOptions<Session>,
): (act: Act<Session>, startBy: number) => Promise<void> {
  const { gate, onStarted, store, wire, reporter, journal, follower, contextOf, linkClock, moment, shutdown, log } =
    options;

  /** An accepted command that will not start: no matter has moved. */
  function giveUp(act: Act<Session>, code: string, message: string, errorClass: CommandError["class"]): Promise<void> {
    return journal.settle(act, { state: "cancelled", physical: "none", error: { code, message, class: errorClass } });
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
    const mismatch = unmetPrecondition(act.order.precond ?? {}, baseline);
    if (mismatch !== null) {
      await giveUp(act, "device.preconditionUnmet", mismatch, "crash");
      return null;
    }
    for (;;) {
      const record = store.find(act.commandId);
      if (act.isGivenUp || record === null || record.state !== "accepted") return null;
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
      const closed = gate();
      if (closed !== null) {
        await giveUp(act, closed.code, closed.message, closed.class);
        return null;
      }
      const requirements = requirementsOf(act.order.requires ?? [], (commandId) => store.find(commandId));
      if (requirements.kind !== "met") {
        const message = requirements.kind === "impossible" ? requirements.message : "what it requires is no longer so";
        await giveUp(act, "device.requirementUnmet", message, "crash");
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
      const wasFailing = journal.isFailing();
      try {
        journal.write(started);
      } catch (error) {
        // Its acceptance was to be written with it: then the order itself is refused.
        if (act.isGivenUp) return null;
        if (!wasFailing) {
          const message = "the device journal cannot be written, so the command does not start";
          reporter.refuse("journal-unavailable", message, { commandId: act.commandId });
        }
        log.error({ commandId: act.commandId, error }, "the device journal cannot be written; trying again");
        await sleep(linkClock, backOff.next(), shutdown);
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
      onStarted();
      return { starting };
    }
  }

  return async (act, startBy) => {
    // Ended while it was waiting for its turn.
    if (act.isGivenUp || store.find(act.commandId)?.state !== "accepted") return;
    const session = wire.session();
    if (session === null)
      return giveUp(act, "device.wireDown", "the wire was lost before the command started", "instrument");
    let baseline: Evidence;
    try {
      baseline = plainEvidence(await act.operation.baseline(session, act.order.params, contextOf(act)));
    } catch (error) {
      if (shutdown.aborted) return;
      return giveUp(act, "device.baselineFailed", `nothing has moved: ${textOf(error)}`, "instrument");
    }
    const launched = shutdown.aborted ? null : await launch(act, session, baseline, startBy);
    // A failed write may have reached the disk after all: then the instrument is asked, as after a restart.
    if (launched === null && (shutdown.aborted || store.find(act.commandId)?.state !== "started")) return;
    const end = launched === null ? null : await follower.watch(act, session, baseline, launched.starting);
    if (end === null) await follower.recover(act, baseline);
    else await journal.settle(act, end);
  };
}

/** Returns in what the baseline is not what the command expects (D3); null when it is. */
function unmetPrecondition(precond: Evidence, baseline: Evidence): string | null {
  const wrong = Object.entries(precond).flatMap(([name, expected]) => {
    const found = baseline[name];
    if (found !== undefined && canonicalJson(found) === canonicalJson(expected)) return [];
    return [
      `${name} should be ${canonicalJson(expected)} and is ${found === undefined ? "unknown" : canonicalJson(found)}`,
    ];
  });
  return wrong.length === 0 ? null : `nothing has moved: ${wrong.join("; ")}`;
}
