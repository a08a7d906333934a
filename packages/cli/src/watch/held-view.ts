import type { FeedMessage, LabView, RandomBand, ViewChanges, WaitingView } from "@labloop/contracts";

/** What a watcher holds of a lab, as far as the feed has told it. */
export interface HeldView {
  /** Takes a message; `gap` means that something before it is missing, and nothing was taken. */
  take(message: FeedMessage, heardAt: number): "taken" | "gap";
  view(): LabView;
  readonly seq: number;
  readonly feedId: string | null;
  readonly band: RandomBand | null;
  /** The last pulse, and when it came by the watcher's clock; null before the first. */
  readonly pulse: {
    readonly labAt: number;
    readonly progress: Readonly<Record<string, number>>;
    readonly heardAt: number;
  } | null;
  readonly waiting: readonly WaitingView[];
}

const nothing: LabView = {
  seq: 0,
  campaign: null,
  experiments: [],
  runs: [],
  devices: [],
  alarms: [],
  doubts: [],
  asks: [],
  interlocks: [],
};

/** Returns a watcher that holds nothing yet. */
export function createHeldView(): HeldView {
  let view = nothing;
  let feedId: string | null = null;
  let band: RandomBand | null = null;
  let pulse: HeldView["pulse"] = null;
  let waiting: readonly WaitingView[] = [];
  return {
    take(message, heardAt) {
      switch (message.type) {
        case "snapshot":
          ({ view, feedId, band } = message);
          return "taken";
        case "batch":
          // The server may tell again what is held already, never less.
          if (message.from > view.seq) return "gap";
          if (message.to > view.seq) view = afterChanges(view, message.changes, message.to);
          return "taken";
        case "pulse":
          pulse = { labAt: message.labAt, progress: message.progress, heardAt };
          ({ waiting } = message);
          return "taken";
      }
    },
    view: () => view,
    get seq() {
      return view.seq;
    },
    get feedId() {
      return feedId;
    },
    get band() {
      return band;
    },
    get pulse() {
      return pulse;
    },
    get waiting() {
      return waiting;
    },
  };
}

function afterChanges(view: LabView, changes: ViewChanges, seq: number): LabView {
  const controls = changes.controls ?? view.controls;
  return {
    seq,
    campaign: changes.campaign ?? view.campaign,
    experiments: replaced(view.experiments, changes.experiments, ({ runId }) => runId),
    runs: replaced(view.runs, changes.runs, ({ runId }) => runId),
    devices: replaced(view.devices, changes.devices, ({ device }) => device),
    alarms: replaced(view.alarms, changes.alarms, (alarm) => alarm.seq),
    doubts: changes.doubts ?? view.doubts,
    asks: changes.asks ?? view.asks,
    // Absent where there never was any.
    ...(controls === undefined ? {} : { controls }),
    interlocks: changes.interlocks ?? view.interlocks,
  };
}

/** Rows keep their places; new ones come last. */
function replaced<T>(rows: T[], changed: readonly T[], keyOf: (row: T) => unknown): T[] {
  if (changed.length === 0) return rows;
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  for (const row of changed) byKey.set(keyOf(row), row);
  return [...byKey.values()];
}
