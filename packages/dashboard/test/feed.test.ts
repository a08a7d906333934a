import fc from "fast-check";
import { expect, test } from "vitest";
import { backOffMs } from "../src/feed/back-off.ts";
import { openFeed, staleAfterMs } from "../src/feed/feed-client.ts";
import { createFeedStore, type FeedStore } from "../src/feed/feed-store.ts";
import { type Change, createFeedServer } from "./support/feed-server.ts";
import { createHandClock } from "./support/hand-clock.ts";

const change: fc.Arbitrary<Change> = fc.record({
  table: fc.constantFrom("experiments", "runs", "devices", "alarms"),
  row: fc.integer({ min: 1, max: 5 }),
  value: fc.integer({ min: 1, max: 1_000 }),
});

const history: Change[] = Array.from({ length: 12 }, (_, at) => ({ table: "runs", row: (at % 4) + 1, value: at + 1 }));

function rowsIn(store: FeedStore) {
  return {
    seq: store.seq.value,
    campaign: store.campaign.value,
    experiments: store.experiments.all.value,
    runs: store.runs.all.value,
    devices: store.devices.all.value,
    alarms: store.alarms.all.value,
  };
}

function openPage(changes: readonly Change[]) {
  const clock = createHandClock();
  const store = createFeedStore();
  const server = createFeedServer(changes);
  const feed = openFeed({ connect: (handlers) => server.connect(handlers), store, clock, chance: () => 0 });
  return { clock, store, server, feed };
}

/** What a page holds that is told everything at once. */
function replayed(changes: readonly Change[], to: number) {
  const { server, store } = openPage(changes);
  server.accept();
  server.answer(to);
  return rowsIn(store);
}

test("wherever the feed is cut and resumed, the page ends with what a full replay gives", () => {
  const story = fc.array(
    fc.record({
      advance: fc.integer({ min: 0, max: 6 }),
      how: fc.constantFrom("batch", "lose", "drop", "repeat"),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 60 }), story, (changes, steps) => {
      const { clock, store, server } = openPage(changes);
      server.accept();
      server.answer(0);
      let at = 0;
      let asked = server.hellos.length;
      for (const { advance, how } of steps) {
        const to = Math.min(changes.length, at + advance);
        if (how === "batch") server.batch(at, to);
        if (how === "repeat") server.batch(Math.max(0, at - 1), to);
        if (how === "drop") {
          server.drop();
          clock.pass(20_000);
          server.accept();
        }
        at = to;
        if (server.hellos.length > asked) server.answer(at);
        asked = server.hellos.length;
        // What it holds is always a whole state of the past, never a mixture.
        expect(rowsIn(store)).toEqual(replayed(changes, store.seq.value));
      }
      server.batch(at, changes.length);
      if (server.hellos.length > asked) server.answer(changes.length);
      expect(rowsIn(store)).toEqual(replayed(changes, changes.length));
    }),
    { numRuns: 150 },
  );
});

test("a batch that does not follow is left alone, and the page says hello with the last event that it holds", () => {
  const { store, server } = openPage(history);
  server.accept();
  server.answer(4);
  server.batch(6, 8);
  expect(store.seq.value).toBe(4);
  expect(server.hellos.at(-1)).toEqual({ v: 1, type: "hello", since: 4, feedId: "feed-1" });
  server.batch(8, 9);
  expect(server.hellos).toHaveLength(2);
  server.answer(9);
  expect(rowsIn(store)).toEqual(replayed(history, 9));
});

test("a batch of the past never takes the page back", () => {
  const { store, server } = openPage(history);
  server.accept();
  server.answer(9);
  server.batch(2, 5);
  expect(store.seq.value).toBe(9);
  server.answer(10);
  expect(rowsIn(store)).toEqual(replayed(history, 10));
});

test("after a lost connection the page resumes from where it was, not from the start", () => {
  const { clock, server } = openPage(history);
  server.accept();
  server.answer(5);
  server.drop();
  clock.pass(1_000);
  server.accept();
  expect(server.hellos.map(({ since, feedId }) => [since, feedId])).toEqual([
    [0, null],
    [5, "feed-1"],
  ]);
});

test("the page says that it is stale after three seconds of silence, until the next frame", () => {
  const { clock, server, feed } = openPage(history);
  server.accept();
  server.answer(3);
  clock.pass(staleAfterMs - 1);
  expect(feed.link.value.isStale).toBe(false);
  clock.pass(1);
  expect(feed.link.value).toMatchObject({ isStale: true, heardAt: 0 });
  server.pulse(1);
  expect(feed.link.value).toMatchObject({ isStale: false, phase: "live", heardAt: staleAfterMs });
});

test("a connection alone ends no staleness: only a frame does", () => {
  const { clock, server, feed } = openPage(history);
  server.accept();
  server.answer(3);
  server.drop();
  clock.pass(5_000);
  server.accept();
  expect(feed.link.value.isStale).toBe(true);
  server.answer(3);
  expect(feed.link.value.isStale).toBe(false);
});

test("tries that fail meanwhile put off no staleness: it is told three seconds after the last frame", () => {
  const { clock, server, feed } = openPage(history);
  server.accept();
  server.answer(3);
  for (let waited = 0; waited < staleAfterMs - 1; waited += 1) {
    server.drop();
    clock.pass(1);
  }
  expect(feed.link.value.isStale).toBe(false);
  server.drop();
  clock.pass(1);
  expect(feed.link.value.isStale).toBe(true);
});

test("a connection over which nothing comes is given up also where the page is stale already", () => {
  const { clock, server, feed } = openPage(history);
  server.accept();
  server.answer(3);
  for (let tries = 0; tries < 3; tries += 1) {
    server.drop();
    clock.pass(10_000);
  }
  const phases = Array.from({ length: 100 }, () => {
    clock.pass(100);
    return feed.link.value.phase;
  });
  expect(feed.link.value.isStale).toBe(true);
  expect(phases).toContain("lost");
});

test("pulses do not hide that events are missing: unanswered, the page starts over with a snapshot", () => {
  const { clock, store, server, feed } = openPage(history);
  server.accept();
  server.answer(3);
  server.batch(5, 6);
  for (let second = 0; second < 7; second++) {
    clock.pass(1_000);
    server.pulse(second);
  }
  expect(feed.link.value.isStale).toBe(true);
  clock.pass(3_000);
  server.accept();
  expect(server.hellos.at(-1)).toEqual({ v: 1, type: "hello", since: 0, feedId: null });
  server.answer(12);
  expect(rowsIn(store)).toEqual(replayed(history, 12));
  expect(feed.link.value).toMatchObject({ isStale: false, phase: "live" });
});

test("another server's snapshot replaces everything, even when it is shorter", () => {
  const { clock, store, server } = openPage(history);
  server.accept();
  server.answer(12);
  server.drop();
  clock.pass(1_000);
  server.accept();
  const view = { seq: 1, campaign: null, experiments: [], runs: [], devices: [], alarms: [] };
  server.say({ v: 1, type: "snapshot", to: 1, view, band: null, feedId: "feed-2" });
  expect(rowsIn(store)).toEqual({ ...view });
  expect(store.feedId.value).toBe("feed-2");
});

test("a server of another version is not believed, and the page says so", () => {
  const { store, server, feed } = openPage(history);
  server.accept();
  server.say({ v: 2, type: "snapshot", to: 9 });
  expect(feed.link.value.phase).toBe("incompatible");
  expect(store.seq.value).toBe(0);
});

test("tries come further and further apart, at least a quarter of a second and at most fifteen", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
      const ms = backOffMs(failures, chance);
      expect(ms).toBeGreaterThanOrEqual(250);
      expect(ms).toBeLessThanOrEqual(15_000);
      expect(backOffMs(failures + 1, chance)).toBeGreaterThanOrEqual(ms);
    }),
  );
});

test("a closed feed tries no more", () => {
  const { clock, server, feed } = openPage(history);
  server.accept();
  feed.close();
  clock.pass(60_000);
  expect(server.isConnected).toBe(false);
});
