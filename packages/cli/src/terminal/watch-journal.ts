import type { Cancel, Clock, OperatorDesk, RecordedEvent } from "@labloop/contracts";
import { createProjection, type Journal } from "@labloop/journal";
import type { Watched } from "./watched.ts";

/**
 * Returns the lab as watched from its own process: its journal from the first event on. What goes wrong here is shown, and
 * never thrown at the journal's writer.
 */
export function watchJournal(
  journal: Pick<Journal, "subscribe">,
  desk: OperatorDesk,
  labClock: Clock,
): Watched & { readonly close: Cancel } {
  const projection = createProjection();
  let failure: string | null = null;
  const close = journal.subscribe(1, (record: RecordedEvent) => {
    if (failure !== null) return;
    try {
      projection.apply(record);
    } catch (error) {
      failure = `the view stopped at event ${projection.seq}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  return {
    view: () => projection.view(),
    waiting: () => desk.explain(),
    labNow: () => labClock.now(),
    progress: () => ({}),
    stale: () => failure,
    submit: async (command) => desk.submit(command),
    close,
  };
}
