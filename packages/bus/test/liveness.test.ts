import { createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import { createLiveness } from "../src/index.ts";

function watch() {
  const clock = createVirtualClock(0);
  const seen: [number, string][] = [];
  const liveness = createLiveness({
    linkClock: clock,
    heartbeatMs: 1_000,
    onSuspect: () => seen.push([clock.now(), liveness.state]),
    onLost: () => seen.push([clock.now(), liveness.state]),
  });
  return { clock, seen, liveness };
}

test("a silent peer is suspect after three heartbeats and lost after ten, and each is said once", async () => {
  const { clock, seen } = watch();
  await clock.run(() => false);
  expect(seen).toEqual([
    [3_000, "suspect"],
    [10_000, "lost"],
  ]);
});

test("a heartbeat starts the count again, from suspect and from lost too", async () => {
  const { clock, seen, liveness } = watch();
  for (const at of [2_900, 5_899, 9_500, 30_000]) clock.at(at, () => liveness.beat());
  await clock.run(() => false);
  expect(seen).toEqual([
    [8_899, "suspect"],
    [12_500, "suspect"],
    [19_500, "lost"],
    [33_000, "suspect"],
    [40_000, "lost"],
  ]);
});

test("a stopped watch says nothing more", async () => {
  const { clock, seen, liveness } = watch();
  clock.at(3_500, () => liveness.stop());
  expect(await clock.run(() => false)).toBe("idle");
  expect(seen).toEqual([[3_000, "suspect"]]);
});
