import { once } from "node:events";
import { createProjection } from "@labloop/journal";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { alarmOf, campaignOf, commandOf, opening, runOf } from "./support/story.ts";
import { type Follower, follow, type Holding, nothing } from "./support/follow.ts";
import { openRig, openVirtualTime } from "./support/rig.ts";

async function openVirtualRig() {
  const time = openVirtualTime();
  return { ...time, ...(await openRig({ linkClock: time.clock })) };
}

/** What to do next: record some events, and, after so many turns of the loop, lose the connection or not. */
const act = fc.record({
  events: fc.integer({ min: 0, max: 40 }),
  cutAfter: fc.option(fc.integer({ min: 0, max: 30 })),
});

test("a watcher holds what the journal tells after every message, wherever its connection is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 10 }), async (acts) => {
      const { gateway, journal, append, until } = await openVirtualRig();
      const projection = createProjection();
      const views = [JSON.stringify(projection.view())];
      journal.subscribe(1, (record) => {
        projection.apply(record);
        views.push(JSON.stringify(projection.view()));
      });
      const holding: Holding = nothing();
      const strange: string[] = [];
      const connect = () =>
        follow(gateway.url, holding, {
          onSaid() {
            const { seq } = holding.view;
            if (JSON.stringify(holding.view) !== views[seq]) strange.push(`the view at ${seq}`);
          },
        });
      const story = campaignOf(12);
      let follower = connect();
      for (const { events, cutAfter } of acts) {
        const batch = story.splice(0, events);
        if (batch.length > 0) append(batch);
        let turns = cutAfter ?? 1;
        await until(() => turns-- <= 0);
        if (cutAfter === null) continue;
        follower.cut();
        follower = connect();
      }
      await until(() => follower.said.length > 0 && holding.view.seq === views.length - 1);
      expect({ strange, view: JSON.stringify(holding.view) }).toEqual({ strange: [], view: views.at(-1) });
      expect(follower.said.filter(({ type }) => type === "snapshot").length).toBeLessThanOrEqual(1);
      follower.cut();
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("doubts and interlocks come in snapshots and in batches, and leave when they are settled", async () => {
  const { gateway, append, until } = await openVirtualRig();
  const story = campaignOf(1);
  const intent = story.findIndex(({ type }) => type === "step.intended");
  const intended = story[intent];
  if (intended?.type !== "step.intended") throw new Error("nothing was intended");
  const { commandId } = intended;
  append(story.slice(0, intent + 1));
  const early = nothing();
  const first = follow(gateway.url, early);
  await until(() => first.said.length > 0);
  append([{ type: "step.doubted", commandId, reason: "contact was lost", evidence: { seen: "nothing" } }]);
  append([
    {
      type: "interlock.tripped",
      interlock: "hood",
      device: "printer",
      channel: "door",
      why: "value",
      value: 1,
      unit: "1",
      message: "the door is open",
    },
  ]);
  await until(() => early.view.interlocks.length > 0);
  expect(first.said.map(({ type }) => type)).toContain("batch");
  const late = nothing();
  const second = follow(gateway.url, late);
  await until(() => second.said.length > 0);
  for (const { view } of [early, late]) {
    expect(view.doubts).toMatchObject([{ commandId, reason: "contact was lost", evidence: { seen: "nothing" } }]);
    expect(view.interlocks).toMatchObject([{ interlock: "hood", isTripped: true }]);
  }
  append([
    {
      type: "step.resolved",
      commandId,
      as: "discarded",
      by: { kind: "operator", name: "Ada" },
      confirmedBy: null,
      reason: "it was gone",
      evidence: {},
      result: null,
      executed: null,
    },
  ]);
  await until(() => early.view.doubts.length === 0 && late.view.doubts.length === 0);
  first.cut();
  second.cut();
});

test("a watcher that comes back with the feed's id gets one batch from where it was, and no snapshot", async () => {
  const { gateway, append, until } = await openVirtualRig();
  append(opening());
  const holding = nothing();
  const first = follow(gateway.url, holding);
  await until(() => first.said.length === 1);
  first.cut();
  append(runOf(1));
  append(runOf(2));
  const { seq } = holding.view;
  const second = follow(gateway.url, holding);
  await until(() => second.said.length === 1);
  expect(second.said).toMatchObject([{ type: "batch", from: seq, to: seq + runOf(1).length + runOf(2).length }]);
});

test("a hello is answered even when nothing has changed since", async () => {
  const { gateway, append, until } = await openVirtualRig();
  append(opening());
  const holding = nothing();
  const first = follow(gateway.url, holding);
  await until(() => first.said.length === 1);
  first.cut();
  const { seq } = holding.view;
  const second = follow(gateway.url, holding);
  await until(() => second.said.length === 1);
  const changes = { experiments: [], runs: [], devices: [], alarms: [] };
  expect(second.said).toEqual([{ v: 1, type: "batch", from: seq, to: seq, changes }]);
});

test.each([
  ["holds nothing", { since: 0 }],
  ["names another feed", { feedId: "another" }],
  ["names no feed", { feedId: null }],
  ["is ahead of the journal", { since: 10_000 }],
])("a watcher that %s gets a snapshot", async (_who, other) => {
  const { gateway, append, projection, until } = await openVirtualRig();
  append(opening());
  const holding = nothing();
  const first = follow(gateway.url, holding);
  await until(() => first.said.length === 1);
  const feedId = holding.feedId;
  const second = follow(gateway.url, nothing(), { hello: { v: 1, type: "hello", since: 3, feedId, ...other } });
  await until(() => second.said.length === 1);
  expect(second.said).toEqual([
    { v: 1, type: "snapshot", to: projection.seq, view: projection.view(), band: null, feedId },
  ]);
});

test("a snapshot carries the band of random search", async () => {
  const { clock, until } = openVirtualTime();
  const band = { experiments: [1, 2], low: [0, 1], median: [1, 2], high: [2, 3] };
  const { gateway } = await openRig({ linkClock: clock, band });
  const follower = follow(gateway.url);
  await until(() => follower.said.length === 1);
  expect(follower.said).toMatchObject([{ type: "snapshot", band }]);
});

test("events of one moment come as one batch, and batches at most every 50 ms", async () => {
  const { clock, gateway, append, until } = await openVirtualRig();
  const holding = nothing();
  const times: number[] = [];
  const follower = follow(gateway.url, holding, { onSaid: () => times.push(clock.now()) });
  await until(() => follower.said.length === 1);
  const story = campaignOf(60);
  const from = clock.now();
  await until(() => {
    append(story.splice(0, 3));
    return story.length === 0;
  });
  const head = campaignOf(60).length;
  await until(() => holding.view.seq === head);
  expect(follower.said.length - 1).toBeLessThanOrEqual(Math.ceil((clock.now() - from) / 50));
  append([alarmOf(1), alarmOf(2), alarmOf(3)]);
  await until(() => holding.view.seq === head + 3);
  expect(follower.said.at(-1)).toMatchObject({ type: "batch", from: head, to: head + 3 });
});

test("a pulse tells the lab's time, how long devices have been silent, how instruments are, progress of what runs, and who waits", async () => {
  const { gateway, append, desk, broker, until } = await openVirtualRig();
  desk.waiting = [{ runId: "run", run: 1, step: "print", why: "device.busy", message: "the printer is busy" }];
  append(opening());
  // Up to the printer's start: its command runs, and the last one's of the arm never began.
  append(runOf(1).slice(0, 7));
  const device = broker.connect({ clientId: "dev-printer" });
  await until(() => device.isUp);
  const said = { v: 1, device: "printer", issuedAt: "2026-01-01T00:00:00.000Z", bootId: "boot-1" } as const;
  const health = { state: "attention", message: "the bed is cold", since: said.issuedAt } as const;
  const beat = { ...said, kind: "hb" as const, n: 1, tMono: 1, running: [], jseq: 1, health };
  await device.publish("heartbeat", "printer", beat);
  const progress = { ...said, kind: "progress", commandId: commandOf(1, "printer"), fraction: 0.25 } as const;
  await device.publish("report", "printer", progress);
  await device.publish("report", "arm", { ...progress, device: "arm", commandId: commandOf(9, "arm") });
  const follower = follow(gateway.url);
  await until(() => follower.said.length === 1);
  await until(() => follower.pulses.length === 3);
  for (const pulse of follower.pulses) {
    expect(pulse.progress).toEqual({ [commandOf(1, "printer")]: 0.25 });
    expect(pulse.waiting).toEqual(desk.waiting);
    expect(pulse.health).toEqual({ printer: health });
    expect(Object.keys(pulse.heartbeats)).toEqual(["printer"]);
    // The heartbeat came within the first turns of the loop, at the clock's beginning.
    expect(pulse.heartbeats["printer"]).toBe(pulse.labAt - 1_000_000);
  }
  const [first = 0, ...others] = follower.pulses.map(({ labAt }) => labAt);
  expect(others).toEqual([first + 1_000, first + 2_000]);
});

test("the desk is asked to explain at most once a second, however many watch, and never when nobody does", async () => {
  const { clock, gateway, desk, until } = await openVirtualRig();
  expect(await clock.run(() => false)).toBe("idle");
  const followers = Array.from({ length: 5 }, () => follow(gateway.url));
  await until(() => followers.every(({ pulses }) => pulses.length >= 4));
  const gaps = desk.explainedAt.slice(1).map((at, index) => at - (desk.explainedAt[index] ?? 0));
  expect(Math.min(...gaps)).toBe(1_000);
  for (const follower of followers) follower.cut();
  await until(() => followers.every(({ closed }) => closed !== null));
  await expect.poll(() => clock.run(() => false)).toBe("idle");
});

test.each([
  ["no JSON", "hello"],
  ["another shape", '{"v":1,"type":"hello"}'],
  ["another version", '{"v":2,"type":"hello","since":0,"feedId":null}'],
  ["bytes", Buffer.from('{"v":1,"type":"hello","since":0,"feedId":null}')],
  [
    "a person's answer",
    '{"v":1,"type":"step.answer","commandId":"01KA0000000000000000000000.1","answer":{"as":"done","result":{}},"name":"Ada"}',
  ],
])("a watcher that says %s is closed with 1008 and why, and nothing is done", async (_what, text) => {
  const { gateway, desk, until } = await openVirtualRig();
  const follower = follow(gateway.url, nothing(), { hello: null });
  await once(follower.socket, "open");
  follower.socket.send(text);
  await until(() => follower.closed !== null);
  expect(follower.closed).toMatch(/^1008 a watcher (says|speaks)/);
  expect([follower.said, desk.commands]).toEqual([[], []]);
});

test("a watcher that says more than 64 KiB is closed, and nobody else notices", async () => {
  const { gateway, append, until } = await openVirtualRig();
  const other = follow(gateway.url);
  const follower = follow(gateway.url, nothing(), { hello: null });
  await once(follower.socket, "open");
  follower.socket.send("x".repeat(64 * 1024 + 1));
  await until(() => follower.closed !== null);
  expect(follower.closed).toMatch(/^1009/);
  append(opening());
  await until(() => other.said.length === 2);
  expect(other.closed).toBeNull();
});

test("a watcher that has said nothing yet is told nothing", async () => {
  const { gateway, append, until } = await openVirtualRig();
  const silent = follow(gateway.url, nothing(), { hello: null });
  const other = follow(gateway.url);
  await until(() => other.said.length === 1);
  append(opening());
  await until(() => other.pulses.length === 2);
  expect([silent.said, silent.pulses]).toEqual([[], []]);
});

test("a watcher that does not answer pings is cut off, one that does stays", async () => {
  const { gateway, until } = await openVirtualRig();
  const dead = follow(gateway.url, nothing(), { autoPong: false });
  const alive = follow(gateway.url);
  await until(() => dead.closed !== null);
  expect(dead.closed).toMatch(/^1006/);
  const { length } = alive.pulses;
  await until(() => alive.pulses.length > length + 60);
  expect(alive.closed).toBeNull();
});

const areAnswered = (followers: Follower[]) => followers.every(({ said }) => said.length === 1);

test("a watcher that stops reading is passed over, and told the rest in one batch when it reads again", async () => {
  const { gateway, append, projection, until } = await openVirtualRig();
  const holding = nothing();
  const slow = follow(gateway.url, holding);
  const quick = follow(gateway.url);
  await until(() => areAnswered([slow, quick]));
  slow.socket.pause();
  for (let n = 0; n < 40; n++) {
    append([alarmOf(500_000)]);
    const { length } = quick.said;
    await until(() => quick.said.length > length);
  }
  slow.socket.resume();
  await until(() => holding.view.seq === projection.seq);
  expect(holding.view).toEqual(projection.view());
  expect(quick.said.length).toBe(41);
  // Some went out until the buffers on the way were full (10 MB at most); the rest came at once.
  expect(slow.said.length).toBeLessThan(41);
  expect(slow.closed).toBeNull();
});

test("a watcher behind which 4 MiB stand still is parted from, and the journal's writer never waits", async () => {
  const { gateway, append, until } = await openVirtualRig();
  const slow = follow(gateway.url);
  const quick = follow(gateway.url);
  await until(() => areAnswered([slow, quick]));
  slow.socket.pause();
  append(Array.from({ length: 16 }, () => alarmOf(1_000_000)));
  await until(() => quick.said.length === 2 && quick.pulses.length > 3);
  slow.socket.resume();
  await until(() => slow.closed !== null);
  expect(slow.closed).toMatch(/^1013 too slow/);
  expect(quick.closed).toBeNull();
});

test("frames are not packed, whatever a watcher offers", async () => {
  const { gateway, until } = await openVirtualRig();
  const follower = follow(gateway.url, nothing(), { perMessageDeflate: true });
  await until(() => follower.said.length === 1);
  expect(follower.socket.extensions).toBe("");
});

test("200 watchers are all told everything", async () => {
  const { gateway, append, projection, until } = await openVirtualRig();
  const holdings = Array.from({ length: 200 }, nothing);
  const followers = holdings.map((holding) => follow(gateway.url, holding));
  await until(() => areAnswered(followers));
  const story = campaignOf(6);
  await until(() => {
    append(story.splice(0, 5));
    return story.length === 0;
  });
  await until(() => holdings.every(({ view }) => view.seq === projection.seq));
  expect(new Set(holdings.map(({ view }) => JSON.stringify(view)))).toEqual(
    new Set([JSON.stringify(projection.view())]),
  );
});

test("an event that cannot be shown ends the live view and says so; whoever records goes on", async () => {
  const { clock, until } = openVirtualTime();
  const { journal, append } = await openRig();
  append(opening());
  const [first, , third] = journal.read();
  let record: Parameters<typeof journal.subscribe>[1] = () => undefined;
  const { gateway, log } = await openRig({
    linkClock: clock,
    journal: {
      subscribe(_fromSeq, listener) {
        record = listener;
        return () => undefined;
      },
    },
  });
  if (first !== undefined) record(first);
  const follower = follow(gateway.url);
  await until(() => follower.said.length === 1);
  for (const bad of [third, third]) if (bad !== undefined) record(bad);
  await until(() => follower.closed !== null);
  expect(follower.closed).toBe("1011 the live view cannot show event 3; the lab goes on");
  expect((await fetch(`${gateway.url}/api/view`)).status).toBe(503);
  expect(log.lines.filter((line) => line.startsWith("error"))).toEqual([
    "error the live view cannot show event 3; the lab goes on",
  ]);
});
