import { sleep } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createVirtualClock } from "../src/index.ts";

test("timers fire in order of time, and of age where times are equal", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), async (delays) => {
      const clock = createVirtualClock(1_000);
      const fired: { delay: number; index: number }[] = [];
      delays.forEach((delay, index) => {
        clock.at(1_000 + delay, () => fired.push({ delay, index }));
      });
      expect(await clock.run(() => false)).toBe("idle");
      const expected = delays.map((delay, index) => ({ delay, index }));
      expected.sort((a, b) => a.delay - b.delay || a.index - b.index);
      expect(fired).toEqual(expected);
    }),
  );
});

test("nothing fires while the clock is held, and the clock does not move", async () => {
  const clock = createVirtualClock(0);
  const seen: string[] = [];
  const release = clock.hold();
  clock.at(0, () => seen.push("due"));
  const running = clock.run(() => false);
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect([seen, clock.now()]).toEqual([[], 0]);
  release();
  await running;
  expect(seen).toEqual(["due"]);
});

test("a cancelled timer never fires, and a sleeper wakes at its time", async () => {
  const clock = createVirtualClock(0);
  const cancel = clock.at(5, () => expect.unreachable("cancelled"));
  cancel();
  let woken = -1;
  const sleeper = sleep(clock, 70).then(() => {
    woken = clock.now();
  });
  await clock.run(() => woken >= 0);
  await sleeper;
  expect(woken).toBe(70);
});

test("an aborted sleeper rejects with the signal's reason", async () => {
  const clock = createVirtualClock(0);
  const controller = new AbortController();
  const sleeper = sleep(clock, 70, controller.signal);
  controller.abort(new Error("shut down"));
  await expect(sleeper).rejects.toThrow("shut down");
});
