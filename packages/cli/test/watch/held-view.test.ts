import type { FeedMessage } from "@labloop/contracts";
import { createProjection } from "@labloop/journal";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHeldView } from "../../src/watch/held-view.ts";
import { plainChanges } from "../../src/watch/plain-changes.ts";
import { type ShortRun, shortRun } from "../support/short-run.ts";

let run: ShortRun;
beforeAll(async () => {
  run = await shortRun();
}, 60_000);
afterAll(() => run.remove());

function snapshotOf(projection: ReturnType<typeof createProjection>): FeedMessage {
  return { v: 1, type: "snapshot", to: projection.seq, view: projection.view(), band: null, feedId: "feed" };
}

test("what is held equals the lab's own view at every batch, wherever the feed is cut into batches", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (lengths) => {
      const projection = createProjection();
      const held = createHeldView();
      held.take(snapshotOf(projection), 0);
      let at = 0;
      for (const length of lengths) {
        const from = projection.seq;
        for (const record of run.events.slice(at, at + length)) projection.apply(record);
        at += length;
        const message = {
          v: 1,
          type: "batch",
          from,
          to: projection.seq,
          changes: projection.changesSince(from),
        } as const;
        expect(held.take(message, 0)).toBe("taken");
        expect(held.view()).toEqual(projection.view());
      }
    }),
    { numRuns: 20 },
  );
});

test("a batch that does not follow is a gap, and changes nothing; one that is known already changes nothing either", () => {
  const projection = createProjection();
  for (const record of run.events.slice(0, 50)) projection.apply(record);
  const held = createHeldView();
  held.take(snapshotOf(projection), 0);
  const before = held.view();
  const changes = projection.changesSince(0);
  expect(held.take({ v: 1, type: "batch", from: 60, to: 61, changes }, 0)).toBe("gap");
  expect(held.take({ v: 1, type: "batch", from: 40, to: 45, changes: { ...changes, devices: [] } }, 0)).toBe("taken");
  expect(held.view()).toBe(before);
});

test("plain lines tell each experiment and each change of phase once, and another campaign from its beginning", () => {
  const projection = createProjection();
  const lines: string[] = [];
  let known = projection.view();
  for (const record of run.events) {
    projection.apply(record);
    lines.push(...plainChanges(known, projection.view()));
    known = projection.view();
  }
  expect(lines.filter((line) => line.includes("toughness"))).toHaveLength(4);
  expect(lines[0]).toMatch(/^campaign crossed-barrel: 4 experiments in the simulated lab demo, seed 7$/);
  expect(lines.at(-1)).toBe("  finished");
  const other = { ...known, campaign: known.campaign === null ? null : { ...known.campaign, campaignId: "another" } };
  expect(plainChanges(known, other).filter((line) => line.includes("toughness"))).toHaveLength(4);
});
