import type { Cancel, Clock, FeedHello, FeedMessage } from "@labloop/contracts";
import { type ReadonlySignal, signal } from "@preact/signals";
import { backOffMs } from "./back-off.ts";
import type { FeedStore } from "./feed-store.ts";

/** Silence after which the page says that it is stale; the server speaks about once a second. */
export const staleAfterMs = 3_000;

/** Silence on an open connection after which it is given up and made anew. */
const giveUpAfterMs = 8_000;

/** One connection to the feed. */
export interface FeedSocket {
  readonly send: (text: string) => void;
  /** Ends it; `onClose` may or may not be called after this. */
  readonly close: () => void;
}

/** What a connection calls as things happen to it. */
export interface FeedHandlers {
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

/** How the link to the server stands. */
export interface FeedLink {
  readonly phase: "connecting" | "live" | "lost" | "incompatible";
  /** Whether nothing has come for so long that what is shown may not be true any more. */
  readonly isStale: boolean;
  /** When the last frame came, by the page's clock; null before the first. */
  readonly heardAt: number | null;
  /** When the next try is made, while there is no connection. */
  readonly retryAt: number | null;
}

export interface FeedClient {
  readonly link: ReadonlySignal<FeedLink>;
  /** Tries again at once, if it is waiting to. */
  hurry(): void;
  close(): void;
}

/** Keeps `store` in step with the server for as long as it is open: hello, then a snapshot or what was missed, then batches. */
export function openFeed(options: {
  readonly connect: (handlers: FeedHandlers) => FeedSocket;
  readonly store: FeedStore;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
}): FeedClient {
  const { store, clock } = options;
  const link = signal<FeedLink>({ phase: "connecting", isStale: false, heardAt: null, retryAt: null });
  let failures = 0;
  let wantsAll = false;
  let socket: FeedSocket | null = null;
  let stopRetry: Cancel = () => undefined;
  let stopStale: Cancel = () => undefined;
  let stopGiveUp: Cancel = () => undefined;
  const show = (change: Partial<FeedLink>) => {
    link.value = { ...link.value, ...change };
  };

  // Counted from the last frame, however many connections are tried meanwhile.
  const watchSilence = () => {
    stopStale();
    stopStale = clock.at(clock.now() + staleAfterMs, () => show({ isStale: true }));
  };

  const watchConnection = () => {
    stopGiveUp();
    stopGiveUp = clock.at(clock.now() + giveUpAfterMs, () => {
      // Whatever kept the answer from being taken, a whole snapshot mends it.
      wantsAll = true;
      socket?.close();
    });
  };

  const open = () => {
    stopRetry();
    // A stale page stays marked as stale until a frame comes: a connection alone says nothing.
    show({ phase: "connecting", retryAt: null });
    watchConnection();
    let isMine = true;
    // Whether frames are missing, so that what still comes in may not be put on top of what is held.
    let isBehind = store.feedId.value === null;
    const hello = () => {
      const since = wantsAll ? 0 : store.seq.value;
      const feedId = wantsAll ? null : store.feedId.value;
      mine.send(JSON.stringify({ v: 1, type: "hello", since, feedId } satisfies FeedHello));
    };
    const take = (message: FeedMessage) => {
      if (message.v !== 1) {
        show({ phase: "incompatible" });
        return;
      }
      if (store.take(message, clock.now()) === "gap") {
        if (!isBehind) hello();
        isBehind = true;
        return;
      }
      if (message.type !== "pulse") isBehind = false;
      // A pulse proves nothing while the rows are behind it.
      if (isBehind) return;
      failures = 0;
      wantsAll = false;
      show({ phase: "live", isStale: false, heardAt: clock.now(), retryAt: null });
      watchSilence();
      watchConnection();
    };
    const end = () => {
      if (!isMine) return;
      isMine = false;
      socket = null;
      stopGiveUp();
      failures += 1;
      const retryAt = clock.now() + backOffMs(failures, options.chance());
      show({ phase: "lost", retryAt });
      stopRetry = clock.at(retryAt, open);
    };
    const mine = options.connect({
      onOpen: () => isMine && hello(),
      onText: (text) => isMine && take(JSON.parse(text) as FeedMessage),
      onClose: end,
    });
    socket = { send: mine.send, close: () => (mine.close(), end()) };
  };

  watchSilence();
  open();
  return {
    link,
    hurry: () => {
      if (link.value.retryAt !== null) open();
    },
    close: () => {
      socket?.close();
      stopRetry();
      stopStale();
    },
  };
}
