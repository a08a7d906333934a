import { createRealClock, createVirtualClock, type VirtualClock } from "@labloop/clock";
import { createMemoryBroker } from "@labloop/bus";
import type { FeedHello, FeedMessage, OperatorCommand, OperatorDesk } from "@labloop/contracts";
import { openGateway } from "@labloop/gateway";
import { createProjection, openJournal } from "@labloop/journal";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { createHeldView } from "../../src/watch/held-view.ts";
import { openFeed } from "../../src/watch/open-feed.ts";
import { watchFeed } from "../../src/watch/watch-feed.ts";
import { type ShortRun, shortRun } from "../support/short-run.ts";

let run: ShortRun;
beforeAll(async () => {
  run = await shortRun();
}, 60_000);
afterAll(() => run.remove());

/** A feed server that says what a test tells it to, on a port of its own. */
async function scriptedServer(answer: (hello: FeedHello, socket: WebSocket, count: number) => void) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const hellos: FeedHello[] = [];
  server.on("connection", (socket) => {
    socket.on("message", (bytes: Buffer) => {
      const hello = JSON.parse(bytes.toString()) as FeedHello;
      hellos.push(hello);
      answer(hello, socket, hellos.length);
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has a port");
  return { url: `http://127.0.0.1:${address.port}`, hellos };
}

const say = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message));

function snapshot(events: number): FeedMessage {
  const projection = createProjection();
  for (const record of run.events.slice(0, events)) projection.apply(record);
  return { v: 1, type: "snapshot", to: events, view: projection.view(), band: null, feedId: "feed" };
}

const noChanges = { experiments: [], runs: [], devices: [], alarms: [] };

/** A feed under test; `heard` resolves when a message of this kind has come so many times. */
function followed(url: string) {
  const clock = createVirtualClock(0);
  const held = createHeldView();
  const messages: FeedMessage[] = [];
  const waiting: { type: string; count: number; resolve: () => void }[] = [];
  const feed = openFeed({
    url,
    held,
    clock,
    jitter: () => 0.5,
    onMessage(message) {
      messages.push(message);
      for (const each of waiting) {
        if (messages.filter(({ type }) => type === each.type).length >= each.count) each.resolve();
      }
    },
  });
  onTestFinished(() => feed.close());
  const heard = (type: FeedMessage["type"], count: number) =>
    new Promise<void>((resolve) => waiting.push({ type, count, resolve }));
  return { feed, held, clock, messages, heard };
}

/** Lets so many ms pass on a virtual clock. */
async function passed(clock: VirtualClock, ms: number): Promise<void> {
  let isPast = false;
  clock.at(clock.now() + ms, () => {
    isPast = true;
  });
  await clock.run(() => isPast);
}

describe("following a feed", () => {
  test("after a loss it asks for what came since the last event that it holds, of the same feed", async () => {
    const { url, hellos } = await scriptedServer((_, socket, count) => {
      say(socket, count === 1 ? snapshot(40) : { v: 1, type: "batch", from: 40, to: 41, changes: noChanges });
      if (count === 1) socket.close(1013, "too slow");
    });
    const { feed, held, clock, heard } = followed(url);
    const resumed = heard("batch", 1);
    await feed.opened;
    // The network takes the time that it takes; the wait before another try passes on the watcher's own clock.
    while (feed.stale() === null) await new Promise((resolve) => setImmediate(resolve));
    await passed(clock, 600);
    await resumed;
    expect(hellos.at(-1)).toEqual({ v: 1, type: "hello", since: 40, feedId: "feed" });
    expect(held.seq).toBe(41);
    expect(feed.stale()).toBeNull();
  });

  test("a gap is closed by asking for everything, once, and nothing is shown in between", async () => {
    const { url, hellos } = await scriptedServer((_, socket, count) => {
      if (count > 1) return say(socket, snapshot(60));
      say(socket, snapshot(40));
      say(socket, { v: 1, type: "batch", from: 50, to: 51, changes: noChanges });
      say(socket, { v: 1, type: "batch", from: 51, to: 52, changes: noChanges });
    });
    const { held, heard, messages } = followed(url);
    await heard("snapshot", 2);
    expect(hellos.map(({ since }) => since)).toEqual([0, 0]);
    expect(messages.map(({ type }) => type)).toEqual(["snapshot", "snapshot"]);
    expect(held.seq).toBe(60);
  });

  test("where nothing listens it says so at once, and what to do", async () => {
    const { url } = await scriptedServer(() => undefined);
    const { feed } = followed(url.replace(/\d+$/, "1"));
    await expect(feed.opened).rejects.toMatchObject({
      code: "watch.notReachable",
      hint: expect.stringContaining("npm start"),
    });
  });

  test("a server that speaks of unknown things is no live feed, and brings nobody down", async () => {
    const { url } = await scriptedServer((_, socket) => say(socket, { v: 2, type: "snapshot" }));
    await expect(followed(url).feed.opened).rejects.toMatchObject({ code: "watch.notReachable" });
  });

  test("silence makes what is held old, and a lab that is not heard of stands still", async () => {
    const labAt = Date.UTC(2026, 0, 1, 3);
    const { url } = await scriptedServer((_, socket) => {
      say(socket, snapshot(40));
      say(socket, { v: 1, type: "pulse", labAt, heartbeats: {}, progress: {}, waiting: [] });
    });
    const { feed, held, clock, heard } = followed(url);
    await heard("pulse", 1);
    const watched = watchFeed(url, held, feed.stale, clock);
    expect(watched.stale()).toBeNull();
    await passed(clock, 6_000);
    expect(watched.stale()).toBe("live feed lost 6 s ago, showing event 40; trying again");
    expect(watched.labNow()).toBe(labAt);
  });
});

test("a real gateway is followed to its journal's head, and takes the keys' commands under the terminal's name", async () => {
  const clock = createRealClock();
  const journal = openJournal({ memory: true, cell: "main", holder: "test", leaseLifeMs: 1e9, monotonicNow: () => 0 });
  onTestFinished(() => journal.close());
  for (const { event, labAt, wallAt } of run.events) journal.append([event], { labAt, wallAt });
  const asked: OperatorCommand[] = [];
  const desk: OperatorDesk = {
    submit(command) {
      asked.push(command);
      return command.type === "campaign.pause" ? { ok: true, seq: 1 } : { ok: false, reason: "the campaign is over" };
    },
    explain: () => [],
  };
  const quiet = () => undefined;
  const gateway = await openGateway({
    port: 0,
    desk,
    journal,
    bus: createMemoryBroker({ lab: "demo", clock: createVirtualClock(0) }).connect({
      clientId: "gateway",
      will: () => ({
        key: "engine",
        name: "main",
        payload: { v: 1, kind: "engine", engineId: "test", epoch: 1, online: false, at: new Date(0).toISOString() },
      }),
    }),
    labClock: clock,
    linkClock: clock,
    ids: { ulid: () => "", random: () => "feed" },
    band: null,
    assets: "/nowhere",
    observationsCsv: "/nowhere/observations.csv",
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  const { feed, held, heard } = followed(gateway.url);
  const first = heard("snapshot", 1);
  await first;
  expect(held.seq).toBe(run.events.length);
  expect(held.view().campaign?.phase).toBe("finished");

  const watched = watchFeed(gateway.url, held, feed.stale, clock);
  const by = { kind: "operator", name: "terminal" } as const;
  expect(await watched.submit({ type: "campaign.pause", by, reason: "tea" })).toEqual({ ok: true, seq: 1 });
  expect(await watched.submit({ type: "campaign.resume", by })).toEqual({ ok: false, reason: "the campaign is over" });
  expect(asked).toEqual([
    { type: "campaign.pause", by, reason: "tea" },
    { type: "campaign.resume", by },
  ]);
  feed.close();
  await gateway.close();
});
