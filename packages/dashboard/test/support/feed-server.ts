import type { FeedHello, FeedMessage, LabView, ViewChanges } from "@labloop/contracts";
import type { FeedHandlers, FeedSocket } from "../../src/feed/feed-client.ts";
import { alarm, campaign, device, experiment, run } from "./rows.ts";

/** One row that an event changed. */
export interface Change {
  readonly table: "experiments" | "runs" | "devices" | "alarms";
  /** Which row, from 1, and what of it. */
  readonly row: number;
  readonly value: number;
}

function viewAt(history: readonly Change[], seq: number): LabView {
  const { campaign: _, ...rows } = changesOf(history, 0, seq);
  return { seq, campaign: seq === 0 ? null : campaign({ done: seq }), ...rows, doubts: [], asks: [], interlocks: [] };
}

/** What changed after `since` up to `to`: whole rows as they are at `to`, as the journal's projection says it. */
function changesOf(history: readonly Change[], since: number, to: number): ViewChanges {
  const newest = new Map<string, { change: Change; isNew: boolean }>();
  for (const [at, change] of history.slice(0, to).entries()) {
    const key = `${change.table} ${change.row}`;
    const isNew = at + 1 > since || newest.get(key)?.isNew === true;
    // The first place stays, as in a Map, the row is the newest.
    newest.set(key, { change, isNew });
  }
  const rowsOf = <T>(table: Change["table"], make: (change: Change) => T) =>
    [...newest.values()]
      .filter(({ change, isNew }) => isNew && change.table === table)
      .map(({ change }) => make(change));
  return {
    ...(to > since ? { campaign: campaign({ done: to }) } : {}),
    experiments: rowsOf("experiments", ({ row, value }) => experiment(row, { replicate: value })),
    runs: rowsOf("runs", ({ row, value }) => run(row, { reason: String(value) })),
    devices: rowsOf("devices", ({ row, value }) => device(`device-${row}`, { message: String(value) })),
    alarms: rowsOf("alarms", ({ row }) => alarm(row)),
  };
}

/** The other end of the feed, which says what a test tells it to. */
export interface FeedServer {
  readonly hellos: readonly FeedHello[];
  readonly isConnected: boolean;
  connect(handlers: FeedHandlers): FeedSocket;
  /** Opens the connection that the page asked for. */
  accept(): void;
  /** Answers the newest hello as far as `to`: a batch when it holds something of this feed, else a snapshot. */
  answer(to: number): void;
  batch(from: number, to: number): void;
  pulse(labAt: number): void;
  /** Says whatever it is given. */
  say(message: FeedMessage | object): void;
  drop(): void;
}

/** Returns a server of a feed over a history of changes, one change an event. */
export function createFeedServer(history: readonly Change[], feedId = "feed-1"): FeedServer {
  const hellos: FeedHello[] = [];
  let page: FeedHandlers | null = null;
  const say = (message: FeedMessage | object) => page?.onText(JSON.stringify(message));
  const batch = (from: number, to: number) =>
    say({ v: 1, type: "batch", from, to, changes: changesOf(history, from, to) } satisfies FeedMessage);
  return {
    hellos,
    get isConnected() {
      return page !== null;
    },
    connect(handlers) {
      page = handlers;
      return {
        send: (text) => hellos.push(JSON.parse(text) as FeedHello),
        close: () => {
          page = null;
        },
      };
    },
    accept: () => page?.onOpen(),
    answer(to) {
      const hello = hellos.at(-1);
      if (hello?.feedId === feedId && hello.since > 0) return batch(hello.since, to);
      say({ v: 1, type: "snapshot", to, view: viewAt(history, to), band: null, feedId } satisfies FeedMessage);
    },
    batch,
    pulse: (labAt) =>
      say({ v: 1, type: "pulse", labAt, heartbeats: {}, progress: {}, waiting: [] } satisfies FeedMessage),
    say,
    drop() {
      const left = page;
      page = null;
      left?.onClose();
    },
  };
}
