import {
  type Cancel,
  type Clock,
  type DriverStanding,
  FeedHello,
  type FeedMessage,
  type Log,
  type OperatorDesk,
  type RandomBand,
} from "@labloop/contracts";
import type { WebSocket } from "ws";
import type { DriverDesk } from "./driver-desk.ts";
import { every } from "./every.ts";
import type { Presence } from "./presence.ts";
import type { ReadModel } from "./read-model.ts";
import { createWatcher, type Watcher } from "./watcher.ts";

const batchMs = 50;
const pulseMs = 1_000;
const pingMs = 20_000;

/** Everybody who watches over `/feed`. */
export interface Feed {
  /** Takes a connection; nothing is sent to it before it has said hello. */
  admit(socket: WebSocket): void;
  /** Tells everybody what they have not been told yet, parts from them, and resolves when no connection is left. */
  close(): Promise<void>;
}

/** What the feed tells of, and by which clocks. */
export interface FeedOptions {
  readonly model: ReadModel;
  readonly presence: Presence;
  readonly drivers: Pick<DriverDesk, "standings" | "reloadable">;
  readonly desk: OperatorDesk;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  readonly band: RandomBand | null;
  readonly feedId: string;
  readonly log: Log;
}

/**
 * Returns a feed without watchers; its timers run only while it has some.
 *
 * A batch is whole rows after the event that a watcher holds, so a watcher that is passed over, for a tick or for a
 * minute, needs no queue: its next batch tells it all, once. What watchers at the same event get is written once.
 */
export function createFeed(options: FeedOptions): Feed {
  const { model, presence, drivers, desk, labClock, linkClock, band, feedId, log } = options;
  const watchers = new Set<Watcher>();
  let timers: Cancel[] = [];

  function snapshot(): Buffer {
    const rest = JSON.stringify({ band, feedId });
    return Buffer.from(`{"v":1,"type":"snapshot","to":${model.seq},"view":${model.viewText()},${rest.slice(1, -1)}}`);
  }

  function batch(since: number): Buffer {
    return Buffer.from(
      `{"v":1,"type":"batch","from":${since},"to":${model.seq},"changes":${model.changesText(since)}}`,
    );
  }

  function tick(): void {
    const written = new Map<number | null, Buffer>();
    for (const watcher of watchers) {
      if (model.failure !== null) watcher.part(1011, model.failure.message);
      const isBehind = watcher.seq !== null && watcher.seq < model.seq;
      if (!(watcher.isOwed || isBehind) || !watcher.canTake) continue;
      const frame = written.get(watcher.seq) ?? (watcher.seq === null ? snapshot() : batch(watcher.seq));
      written.set(watcher.seq, frame);
      watcher.send(frame);
      watcher.seq = model.seq;
      watcher.isOwed = false;
    }
  }

  function pulse(): void {
    for (const watcher of watchers) watcher.partIfStuck();
    const current = [...watchers].filter(({ canTake, isOwed, seq }) => canTake && !isOwed && seq !== null);
    if (current.length === 0) return;
    const open = model.view().devices.flatMap(({ doing }) => (doing === null ? [] : [doing.commandId]));
    const message: FeedMessage = {
      v: 1,
      type: "pulse",
      labAt: labClock.now(),
      heartbeats: presence.heartbeatAges(),
      progress: presence.progressOf(new Set(open)),
      health: presence.health(),
      waiting: desk.explain(),
      drivers: worthTelling(drivers.standings()),
      reloadable: [...drivers.reloadable()],
    };
    const frame = Buffer.from(JSON.stringify(message));
    for (const watcher of current) watcher.send(frame);
  }

  function ping(): void {
    for (const watcher of watchers) watcher.ping();
  }

  function hear(watcher: Watcher, text: string): void {
    const hello = readHello(text);
    if (hello === null) return watcher.part(1008, "a watcher says nothing but hello {v, type, since, feedId}");
    const isResumed = hello.feedId === feedId && hello.since > 0 && hello.since <= model.seq;
    watcher.seq = isResumed ? hello.since : null;
    watcher.isOwed = true;
  }

  return {
    admit(socket) {
      const watcher = createWatcher(socket, {
        onText: (text) => hear(watcher, text),
        onEnd: (reason) => {
          log.debug({ reason, watchers: watchers.size - 1 }, "a watcher has gone");
          watchers.delete(watcher);
          if (watchers.size > 0) return;
          for (const cancel of timers.splice(0)) cancel();
        },
      });
      watchers.add(watcher);
      log.debug({ watchers: watchers.size }, "a watcher has come");
      if (timers.length > 0) return;
      timers = [every(linkClock, batchMs, tick), every(linkClock, pulseMs, pulse), every(linkClock, pingMs, ping)];
    },
    async close() {
      // What was recorded last, such as the campaign's end, is what everybody waits for.
      tick();
      // What waited a moment ago waits no more once all is over.
      pulse();
      await Promise.all([...watchers].map((watcher) => watcher.end()));
    },
  };
}

/** Drivers that run and have never failed are most, and say nothing. */
function worthTelling(drivers: Readonly<Record<string, DriverStanding>>): Record<string, DriverStanding> {
  return Object.fromEntries(
    Object.entries(drivers).filter(([, { state, fault }]) => state === "failed" || fault !== null),
  );
}

function readHello(text: string): FeedHello | null {
  try {
    return FeedHello.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
