import { type Cancel, LabError } from "@labloop/contracts";
import type { OperationContext } from "@labloop/driver";
import type { PrinterSession } from "./session.ts";

/** Resolves when the printer says that it no longer prints, or after `quietMs` of lab time without any report. */
export function untilNews(
  session: PrinterSession,
  quietMs: number,
  { labClock, signal, progress }: Pick<OperationContext, "labClock" | "signal" | "progress">,
): Promise<void> {
  const stops: Cancel[] = [];
  return new Promise<void>((resolve, reject) => {
    let stopTimer: Cancel = () => {};
    const rearm = () => {
      stopTimer();
      stopTimer = labClock.at(labClock.now() + quietMs, resolve);
    };
    const onAbort = () => reject(new LabError("device.stopped", "the device shuts down; the print goes on"));
    rearm();
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    stops.push(
      () => stopTimer(),
      () => signal.removeEventListener("abort", onAbort),
      // The next question tells of the break.
      session.onClose(resolve),
      session.onReply((reply) => {
        if (reply.kind === "printing") {
          progress(reply.total === 0 ? 0 : reply.byte / reply.total);
          rearm();
        } else if (reply.kind === "notPrinting" || reply.kind === "donePrinting") resolve();
      }),
    );
  }).finally(() => {
    for (const stop of stops) stop();
  });
}
