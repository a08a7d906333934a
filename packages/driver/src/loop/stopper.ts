import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { DeviceDefinition, DriverContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import { countsMore, type Stop } from "../store/stop.ts";
import { createBackOff } from "./back-off.ts";
import type { Executor } from "./executor.ts";
import type { Latch } from "./latch.ts";
import type { Reporter } from "./reporter.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface StopperOptions<Session> {
  readonly halt: DeviceDefinition<unknown, Session>["halt"];
  readonly context: DriverContext;
  readonly store: DeviceStore;
  readonly latch: Latch;
  readonly wire: WireKeeper<Session>;
  readonly executor: Executor;
  readonly reporter: Reporter;
  readonly linkClock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What a device does about an E-STOP. */
export interface Stopper {
  /** Takes the word of the topic or of a reconcile; returns whether a latched device was freed by it. */
  take(stop: Stop): boolean;
}

/**
 * Returns the stopper of one driver start. What an earlier process was told is carried out first: it may have died between
 * the latch and the instrument.
 */
export function createStopper<Session>(options: StopperOptions<Session>): Stopper {
  const { halt, context, store, latch, wire, executor, reporter, linkClock, signal, log } = options;
  /** What was cut short, once the instrument has confirmed that nothing moves. */
  let answer: { readonly stopId: number; readonly tookMs: number; readonly commandIds: readonly string[] } | null =
    null;

  const sayStopped = () => {
    if (answer === null || answer.stopId !== latch.stopId()) return;
    const { stopId, tookMs, commandIds } = answer;
    const running = commandIds.flatMap((commandId) => {
      const record = store.find(commandId);
      return record === null ? [] : [{ commandId, state: record.state }];
    });
    reporter.stopped(stopId, tookMs, running);
  };

  /**
   * S2: cuts motion on the session there is, or on the next one, until the instrument has taken it. Whether the stop still
   * stands is asked right before each halt: once it is cleared, a halt would cut what somebody has begun since.
   */
  const haltUntilTaken = async (stopId: number): Promise<boolean> => {
    const backOff = createBackOff(250, 15_000);
    const isWanted = () => !signal.aborted && latch.isHeld() && latch.stopId() === stopId;
    while (halt !== undefined && isWanted()) {
      // A start that is under way may send its first byte after the halt has gone out.
      const starting = executor.starting();
      const session = wire.session() ?? (await wire.next(signal));
      if (!isWanted()) break;
      try {
        await halt(session, context);
        await starting;
        if (starting !== null && isWanted()) await halt(session, context);
        break;
      } catch (error) {
        if (signal.aborted) return false;
        log.error({ stopId, error }, "the instrument did not take the stop; trying again");
        wire.drop(session);
      }
      await sleep(linkClock, backOff.next(), signal);
    }
    return isWanted();
  };

  const begin = (commandIds: readonly string[]) => {
    const stopId = latch.stopId();
    const receivedAt = linkClock.now();
    haltUntilTaken(stopId).then(
      (isTaken) => {
        if (!isTaken) return;
        answer = { stopId, tookMs: linkClock.now() - receivedAt, commandIds };
        sayStopped();
      },
      (error: unknown) => {
        if (!signal.aborted) log.error({ stopId, error }, "the stop was left unfinished");
      },
    );
  };

  if (latch.isHeld()) begin(executor.heldIds());

  return {
    take(stop) {
      const before: Stop = { stopId: latch.stopId(), active: latch.isHeld() };
      if (!countsMore(stop, before)) {
        // The engine repeats what was not answered.
        if (stop.active && stop.stopId === before.stopId) sayStopped();
        return false;
      }
      if (!stop.active) return latch.release(stop) && before.active;
      const commandIds = executor.heldIds();
      const stopSentAt = linkClock.now();
      // Durable with the latch: from now on "it is over" no longer means "it was done".
      const marked = () =>
        commandIds.flatMap((commandId) => {
          const record = halt === undefined ? null : store.find(commandId);
          if (record?.state !== "started") return [];
          return [{ ...record, evidence: { ...record.evidence, stopSentAt } }];
        });
      latch.hold(stop, marked);
      begin(commandIds);
      executor.interrupt();
      const message = "an E-STOP came before it had started";
      executor.dismissAccepted({ code: "estop-latched", message, class: "crash" });
      return false;
    },
  };
}
