import { LabError, type Log } from "@labloop/contracts";
import type { OperationContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import type { Moment } from "./facts.ts";
import type { Reporter } from "./reporter.ts";
import { textOf } from "./text-of.ts";
import type { WireKeeper } from "./wire-keeper.ts";

export interface StopActOptions<Session> {
  readonly store: DeviceStore;
  readonly wire: WireKeeper<Session>;
  readonly reporter: Reporter;
  readonly contextOf: (act: Act<Session>) => OperationContext;
  readonly moment: () => Moment;
  /** Aborted at shutdown. */
  readonly shutdown: AbortSignal;
  readonly log: Log;
}

/**
 * Returns what asks a started command to stop (D8), given the act that has the device; it answers with the record as it
 * is when that act is another one, cannot be stopped, or is being stopped already.
 */
export function createStopAct<Session>(
  options: StopActOptions<Session>,
): (commandId: string, act: Act<Session> | null) => void {
  const { store, wire, reporter, contextOf, moment, shutdown, log } = options;
  return (commandId, act) => {
    const answer = () => {
      const record = shutdown.aborted ? null : store.find(commandId);
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
        const record = shutdown.aborted ? null : store.find(commandId);
        if (session === null || session !== wire.session() || record === null) {
          throw new LabError("device.noContact", "without contact nobody knows whether there is anything to stop");
        }
        // Durable before the first byte, as for the act itself: from now on "it is over" no longer means "it was done".
        store.write({ record: { ...record, evidence: { ...record.evidence, stopSentAt: moment().at } } });
        return stop(session, contextOf(act));
      })
      .then(
        (ending) => {
          act.watching.abort(new LabError("device.stopped", "the act was stopped"));
          return ending;
        },
        (error: unknown) => {
          act.stopping = null;
          if (shutdown.aborted) return null;
          log.warn({ commandId, reason: textOf(error) }, "the act could not be stopped");
          answer();
          return null;
        },
      );
  };
}
