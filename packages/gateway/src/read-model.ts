import { type Cancel, type LabView, LabError, type Log } from "@labloop/contracts";
import { createProjection, type Journal, type Projection } from "@labloop/journal";

/** What watchers are shown, as text that is made once for however many ask. */
export interface ReadModel {
  /** The last event that is shown. */
  readonly seq: number;
  /** Why it no longer follows the journal; null while it does. */
  readonly failure: LabError | null;
  view(): LabView;
  /** `LabView` as JSON. */
  viewText(): string;
  /** `ViewChanges` after an event as JSON. */
  changesText(since: number): string;
  close(): void;
}

/**
 * Returns the read model of a journal, which it follows inside the writer's commit: from the first event on, or from what a
 * given projection holds.
 *
 * The engine must not fail because a watcher's picture of it cannot be drawn: an event that the projection cannot take is
 * logged, ends the following and leaves `failure`.
 */
export function openReadModel(options: {
  readonly journal: Pick<Journal, "subscribe">;
  readonly projection?: Projection | undefined;
  readonly log: Log;
}): ReadModel {
  const { journal, projection = createProjection(), log } = options;
  let failure: LabError | null = null;
  let drawn: { readonly seq: number; readonly text: string } | null = null;
  const cancel: Cancel = journal.subscribe(projection.seq + 1, (record) => {
    if (failure !== null) return;
    try {
      projection.apply(record);
    } catch (error) {
      failure = new LabError("gateway.viewBroken", `the live view cannot show event ${record.seq}; the lab goes on`, {
        cause: error,
        hint: "the journal has it: restart to draw the view anew",
      });
      log.error({ seq: record.seq, code: failure.code, reason: String(error) }, failure.message);
    }
  });
  return {
    get seq() {
      return projection.seq;
    },
    get failure() {
      return failure;
    },
    view: () => projection.view(),
    viewText() {
      if (drawn?.seq !== projection.seq) drawn = { seq: projection.seq, text: JSON.stringify(projection.view()) };
      return drawn.text;
    },
    changesText: (since) => JSON.stringify(projection.changesSince(since)),
    close: () => cancel(),
  };
}
