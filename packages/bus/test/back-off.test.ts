import { expect, test } from "vitest";
import { createBackOff } from "../src/back-off.ts";

test("T3: the window of the waits doubles from 0.25 s to 15 s and starts small again after a reset", () => {
  const backOff = createBackOff(() => 1);
  const waits = Array.from({ length: 9 }, () => backOff.nextMs());
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  backOff.reset();
  expect(backOff.nextMs()).toBe(250);
});

test("T3: the jitter is full: a wait can be anything down to nothing", () => {
  const draws = [0, 0.5, 0.25];
  const backOff = createBackOff(() => draws.shift() ?? 1);
  expect([backOff.nextMs(), backOff.nextMs(), backOff.nextMs()]).toEqual([0, 250, 250]);
});
