import { createVirtualClock } from "@labloop/clock";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPace } from "../src/pace.ts";

test("a burst passes at once, what is over it at the rate, in the order of asking", async () => {
  const clock = createVirtualClock(0);
  const pace = createPace(clock, { perSecond: 200, burst: 3 });
  const passed: [number, number][] = [];
  for (let n = 0; n < 7; n++) pace.take(() => passed.push([n, clock.now()]));
  expect(passed.map(([n]) => n)).toEqual([0, 1, 2]);
  await clock.run(() => false);
  expect(passed).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 5],
    [4, 10],
    [5, 15],
    [6, 20],
  ]);
});

test("whoever has gone is forgotten", async () => {
  const clock = createVirtualClock(0);
  const pace = createPace(clock, { perSecond: 1, burst: 1 });
  const passed: number[] = [];
  for (let n = 0; n < 3; n++) pace.take(() => passed.push(n));
  pace.end();
  expect(await clock.run(() => false)).toBe("idle");
  expect(passed).toEqual([0]);
});

test("in no stretch of time do more pass than the burst and the rate allow, and none is lost", async () => {
  const gaps = fc.array(fc.nat(50), { minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(gaps, fc.integer({ min: 1, max: 20 }), async (waits, burst) => {
      const clock = createVirtualClock(0);
      const pace = createPace(clock, { perSecond: 100, burst });
      const at: number[] = [];
      let asked = 0;
      for (const wait of waits) clock.at((asked += wait), () => pace.take(() => at.push(clock.now())));
      await clock.run(() => false);
      expect(at).toHaveLength(waits.length);
      for (let from = 0; from < at.length; from++) {
        for (let to = from; to < at.length; to++) {
          expect(to - from + 1).toBeLessThanOrEqual(burst + ((at[to]! - at[from]!) / 1_000) * 100 + 1);
        }
      }
    }),
    { numRuns: 50 },
  );
});
