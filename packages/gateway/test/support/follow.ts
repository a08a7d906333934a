import { type FeedHello, FeedMessage, LabView, type ViewChanges } from "@labloop/contracts";
import { type ClientOptions, WebSocket } from "ws";

type Said = Extract<FeedMessage, { type: "snapshot" | "batch" }>;

/** What a page holds of a lab: kept over reconnects, and told by snapshots and batches alone. */
export interface Holding {
  view: LabView;
  feedId: string | null;
}

export const nothing = (): Holding => ({
  view: {
    seq: 0,
    campaign: null,
    experiments: [],
    runs: [],
    devices: [],
    alarms: [],
    doubts: [],
    asks: [],
    interlocks: [],
  },
  feedId: null,
});

/** One connection of a watcher. */
export interface Follower {
  readonly socket: WebSocket;
  /** Every message but pulses, in order. */
  readonly said: Said[];
  readonly pulses: Extract<FeedMessage, { type: "pulse" }>[];
  /** Code and reason, once closed. */
  closed: string | null;
  /** Tears the connection down, whatever it is doing; nothing more is taken from it. */
  cut(): void;
}

/** Connects and says hello with what is held, which then follows; `onSaid` is called after each message is taken. */
export function follow(
  url: string,
  holding: Holding = nothing(),
  {
    onSaid = () => undefined,
    hello,
    ...options
  }: ClientOptions & { onSaid?: () => void; hello?: FeedHello | null } = {},
): Follower {
  const socket = new WebSocket(`${url.replace("http", "ws")}/feed`, options);
  let isCut = false;
  const follower: Follower = {
    socket,
    said: [],
    pulses: [],
    closed: null,
    cut() {
      isCut = true;
      socket.terminate();
    },
  };
  const first = hello === undefined ? helloOf(holding) : hello;
  socket.on("open", () => {
    if (first !== null) socket.send(JSON.stringify(first));
  });
  socket.on("message", (bytes: Buffer, isBinary) => {
    if (isCut) return;
    if (isBinary) throw new Error("the feed speaks text");
    const message = FeedMessage.parse(JSON.parse(bytes.toString()));
    if (message.type === "pulse") {
      follower.pulses.push(message);
      return;
    }
    follower.said.push(message);
    take(holding, message);
    onSaid();
  });
  socket.on("error", (error) => {
    if (!isCut) throw error;
  });
  socket.on("close", (code, reason) => {
    follower.closed = `${code} ${reason.toString()}`;
  });
  return follower;
}

function helloOf({ view, feedId }: Holding): FeedHello {
  return { v: 1, type: "hello", since: view.seq, feedId };
}

function take(holding: Holding, message: Said): void {
  if (message.type === "snapshot") {
    holding.view = message.view;
    holding.feedId = message.feedId;
    return;
  }
  if (message.from !== holding.view.seq) throw new Error(`a batch from ${message.from} came to ${holding.view.seq}`);
  holding.view = LabView.parse({ ...replaced(holding.view, message.changes), seq: message.to });
}

function replaced(view: LabView, changes: ViewChanges): LabView {
  return {
    seq: view.seq,
    campaign: changes.campaign ?? view.campaign,
    experiments: merged(view.experiments, changes.experiments, ({ runId }) => runId),
    runs: merged(view.runs, changes.runs, ({ runId }) => runId),
    devices: merged(view.devices, changes.devices, ({ device }) => device),
    alarms: merged(view.alarms, changes.alarms, ({ seq }) => seq),
    doubts: changes.doubts ?? view.doubts,
    asks: changes.asks ?? view.asks,
    interlocks: changes.interlocks ?? view.interlocks,
  };
}

function merged<T>(rows: readonly T[], changed: readonly T[], keyOf: (row: T) => string | number): T[] {
  return [...new Map([...rows, ...changed].map((row) => [keyOf(row), row])).values()];
}
