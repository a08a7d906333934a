import { checkValues, LabError, type Log, Values } from "@labloop/contracts";
import type { DriverContext, OperationContext } from "../define-device.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import { maxInlineBytes } from "./conclude.ts";
import type { Moment } from "./facts.ts";
import type { Reporter } from "./reporter.ts";

/** Returns what makes the context of an act, which works while `isCurrent`. */
export function createContextOf<Session>(
  around: {
    readonly context: DriverContext;
    readonly store: DeviceStore;
    readonly reporter: Reporter;
    readonly moment: () => Moment;
    readonly log: Log;
  },
  isCurrent: (act: Act<Session>) => boolean,
): (act: Act<Session>) => OperationContext {
  const { context, store, reporter, moment, log } = around;

  /** D20: durable first, then reported, as an end is; what is not as announced is left out, and the act goes on. */
  const partial = (act: Act<Session>, given: Values): void => {
    const { commandId, operation } = act;
    const record = isCurrent(act) ? store.find(commandId) : null;
    if (record === null || record.state !== "started") return;
    const values = Values.safeParse(given);
    const names = Object.keys(given);
    const specs = Object.fromEntries(Object.entries(operation.result).filter(([name]) => names.includes(name)));
    const wrong = values.success ? checkValues(specs, values.data).map(({ message }) => message) : ["no values"];
    if (Buffer.byteLength(JSON.stringify(given)) > maxInlineBytes) wrong.push(`more than ${maxInlineBytes} bytes`);
    if (!values.success || wrong.length > 0) {
      log.error({ commandId, wrong }, "a part of a result is not as announced; it was left out");
      return;
    }
    const next = { ...record, partial: { seq: (record.partial?.seq ?? 0) + 1, values: values.data } };
    try {
      store.write({ record: { ...next, tMono: moment().tMono } });
    } catch (error) {
      log.error({ commandId, error }, "a part of a result could not be journaled; it was left out");
      return;
    }
    reporter.report(next);
  };

  return (act) => ({
    ...context,
    commandId: act.commandId,
    signal: act.watching.signal,
    progress(fraction) {
      if (isCurrent(act)) reporter.progress(act.commandId, fraction);
    },
    partial: (values) => partial(act, values),
    answer: () => whileWatching(act.watching.signal, act.answered.promise),
  });
}

/** Returns what a promise comes to, or rejects with the signal's reason once that is aborted. */
function whileWatching<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new LabError("device.closing", "nobody waits any more", { cause: signal.reason }));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
