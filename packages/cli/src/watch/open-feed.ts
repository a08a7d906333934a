import { type Clock, type FeedHello, FeedMessage, LabError } from "@labloop/contracts";
import WebSocket from "ws";
import type { HeldView } from "./held-view.ts";

/** Silence after which what is held may not be true any more, ms: the server speaks every second. */
const staleAfterMs = 3_500;
/** Silence after which a connection is given up, ms. */
const giveUpAfterMs = 10_000;
/** The first and the longest wait before another try, ms. */
const backOffMs = { first: 500, longest: 10_000 };

export interface FeedOptions {
  /** The address of the server, `http://host:port`. */
  readonly url: string;
  readonly held: HeldView;
  readonly clock: Clock;
  /** A number in [0, 1): watchers that lost the same server do not come back all at once. */
  readonly jitter: () => number;
  /** Called with each message, after it was taken. */
  readonly onMessage: (message: FeedMessage) => void;
}

/** A connection to a live feed that is made anew whenever it is lost. */
export interface Feed {
  /** Resolves with the first message; rejects with `watch.notReachable` when nothing answers at first. */
  readonly opened: Promise<void>;
  /** Why what is held may be old; null while it is live. */
  readonly stale: () => string | null;
  close(): void;
}

/** Follows the live feed of a server, without gaps: after a loss it asks for what has come since the last event it holds. */
export function openFeed({ url, held, clock, jitter, onMessage }: FeedOptions): Feed {
  let heardAt: number | null = null;
  let isOpen = true;
  let failures = 0;
  let cancel = () => {};
  let socket: WebSocket | null = null;
  let settle: { resolve: () => void; reject: (error: Error) => void } | null = null;
  const opened = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });

  const connect = () => {
    const mine = new WebSocket(feedAddress(url), { perMessageDeflate: false });
    socket = mine;
    const hello = (since: number) =>
      mine.send(JSON.stringify({ v: 1, type: "hello", since, feedId: held.feedId } satisfies FeedHello));
    let failure: Error | null = null;
    let isCatchingUp = false;
    const watchSilence = () => {
      cancel();
      cancel = clock.at(clock.now() + giveUpAfterMs, () => mine.terminate());
    };
    mine.on("open", () => {
      hello(held.seq);
      watchSilence();
    });
    mine.on("message", (bytes) => {
      const read = readMessage(textOf(bytes));
      if (read === null) {
        failure = new Error("it speaks of things that this version of labloop does not know");
        mine.terminate();
        return;
      }
      watchSilence();
      if (isCatchingUp && read.type !== "snapshot") return;
      isCatchingUp = held.take(read, clock.now()) === "gap";
      if (isCatchingUp) {
        hello(0);
        return;
      }
      failures = 0;
      heardAt = clock.now();
      settle?.resolve();
      settle = null;
      onMessage(read);
    });
    mine.on("error", (error) => {
      failure = error;
    });
    // Always last, whatever went wrong before.
    mine.on("close", (code, reason) => {
      cancel();
      if (!isOpen) return;
      if (settle !== null) {
        isOpen = false;
        settle.reject(notReachable(url, failure, reason.toString() || `closed with ${code}`));
        return;
      }
      failures += 1;
      const wait = Math.min(backOffMs.longest, backOffMs.first * 2 ** (failures - 1)) * (0.5 + jitter() / 2);
      cancel = clock.at(clock.now() + wait, connect);
    });
  };
  connect();

  return {
    opened,
    stale() {
      if (heardAt === null) return "no word from the live feed yet";
      const silentMs = clock.now() - heardAt;
      if (failures === 0 && silentMs < staleAfterMs) return null;
      return `live feed lost ${Math.round(silentMs / 1_000)} s ago, showing event ${held.seq}; trying again`;
    },
    close() {
      isOpen = false;
      cancel();
      socket?.terminate();
    },
  };
}

function readMessage(text: string): FeedMessage | null {
  try {
    return FeedMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function feedAddress(url: string): URL {
  const address = new URL("/feed", url);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address;
}

function notReachable(url: string, failure: Error | null, otherwise: string): LabError {
  return new LabError("watch.notReachable", `there is no live feed at ${url}: ${failure?.message || otherwise}`, {
    cause: failure,
    hint: "start a campaign with npm start, or name another server with --url",
  });
}

function textOf(bytes: WebSocket.RawData): string {
  if (Array.isArray(bytes)) return Buffer.concat(bytes).toString();
  return Buffer.isBuffer(bytes) ? bytes.toString() : Buffer.from(bytes).toString();
}
