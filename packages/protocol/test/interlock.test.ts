import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beginWatch,
  type Interlock,
  judgeReading,
  judgeSilence,
  silentAt,
  type Standing,
  whyNot,
} from "../src/index.ts";

const cool: Interlock = {
  name: "cool",
  device: "oven",
  channel: "chamber",
  unit: "degC",
  side: "below",
  bound: 60,
  clearsAt: 50,
  staleAfterMs: 1_000,
  holdMs: 3_000,
  holds: null,
  resumes: true,
};
const warm: Interlock = { ...cool, name: "warm", side: "above", bound: 10, clearsAt: 20 };

/** What is heard, and how long after what was heard before. */
const word = fc.record({
  after: fc.integer({ min: 0, max: 1_300 }),
  value: fc.integer({ min: 0, max: 70 }),
  unit: fc.constantFrom("degC", "degC", "degC", "degC", "mm"),
  valid: fc.constantFrom(true, true, true, true, false),
});

interface Heard {
  readonly at: number;
  readonly isUsable: boolean;
  readonly value: number;
}

/** Plays words to an interlock as a watch does, silence at its time, and calls back after each step. */
function play(
  interlock: Interlock,
  words: readonly { after: number; value: number; unit: string; valid: boolean }[],
  wasTripped: boolean,
  look: (before: Standing, standing: Standing, heard: readonly Heard[], at: number) => void,
): void {
  let at = 0;
  let standing = beginWatch(at, wasTripped);
  const heard: Heard[] = [];
  const become = (next: Standing, now: number) => {
    const before = standing;
    standing = next;
    look(before, standing, heard, now);
  };
  for (const { after, ...reading } of words) {
    const until = at + after;
    for (
      let next = silentAt(interlock, standing);
      next !== null && next <= until;
      next = silentAt(interlock, standing)
    ) {
      become(judgeSilence(interlock, standing, next), next);
    }
    at = until;
    heard.push({ at, isUsable: reading.valid && reading.unit === "degC", value: reading.value });
    become(judgeReading(interlock, standing, reading, at), at);
  }
}

const isGood = ({ side, bound }: Interlock, value: number) => (side === "below" ? value < bound : value > bound);
const isClear = ({ side, clearsAt }: Interlock, value: number) =>
  side === "below" ? value <= clearsAt : value >= clearsAt;

test.each([cool, warm])(
  "E15: stale, invalid or missing telemetry never satisfies, and always trips: $name",
  (interlock) => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), fc.boolean(), (words, wasTripped) => {
        play(interlock, words, wasTripped, (_before, standing, heard, at) => {
          const last = heard.at(-1);
          const isFresh = last !== undefined && last.isUsable && at - last.at < interlock.staleAfterMs;
          if (standing.is === "satisfied") expect(isFresh && isGood(interlock, last.value)).toBe(true);
          if (last !== undefined && !(isFresh && isGood(interlock, last.value))) expect(standing.is).toBe("tripped");
          expect(whyNot(interlock, standing) === null).toBe(standing.is === "satisfied");
        });
      }),
      { numRuns: 500 },
    );
  },
);

test.each([cool, warm])(
  "E15: once tripped it is satisfied only by an unbroken hold beyond the clearing value: $name",
  (interlock) => {
    let satisfied = 0;
    fc.assert(
      fc.property(fc.array(word, { minLength: 5, maxLength: 60 }), (words) => {
        const calmer = words.map((each, i) =>
          i % 11 === 0 ? each : { ...each, after: each.after % 900, valid: true, unit: "degC" },
        );
        play(interlock, calmer, true, (before, standing, heard, at) => {
          if (before.is !== "tripped" || standing.is !== "satisfied") return;
          satisfied++;
          let since = at;
          for (const each of heard.toReversed()) {
            const isPart = each.isUsable && isClear(interlock, each.value) && since - each.at < interlock.staleAfterMs;
            if (!isPart) break;
            since = each.at;
          }
          expect(at - since).toBeGreaterThanOrEqual(interlock.holdMs);
        });
      }),
      { numRuns: 2_000 },
    );
    // A property that was never put to the test proves nothing.
    expect(satisfied).toBeGreaterThan(20);
  },
);

test("E15: an interlock without a hold clears at once, and one whose bound is its clearing value only beyond it", () => {
  const plain: Interlock = { ...cool, clearsAt: 60, holdMs: 0 };
  const tripped = judgeReading(plain, beginWatch(0, false), { value: 60, unit: "degC", valid: true }, 1);
  expect(tripped).toMatchObject({ is: "tripped", why: "value" });
  expect(judgeReading(plain, tripped, { value: 60, unit: "degC", valid: true }, 2).is).toBe("tripped");
  expect(judgeReading(plain, tripped, { value: 332.15, unit: "K", valid: true }, 2).is).toBe("satisfied");
});

test("E15: a reading that was read longer ago than allowed trips when it comes, and is no part of a hold", () => {
  const good = { value: 20, unit: "degC", valid: true };
  const late = judgeReading(cool, beginWatch(60_000, false), good, 60_000, 59_000);
  expect(late).toMatchObject({ is: "tripped", why: "stale" });
  expect(judgeReading(cool, beginWatch(60_000, false), { ...good, value: 70 }, 60_000, 0).why).toBe("value");
  const fresh = judgeReading(cool, beginWatch(60_000, false), good, 60_000, 59_900);
  expect(fresh.is).toBe("satisfied");
  expect(silentAt(cool, fresh)).toBe(60_900);

  let standing = late;
  for (let at = 61_000; at <= 70_000; at += 500) standing = judgeReading(cool, standing, good, at, at - 1_500);
  expect(standing.is).toBe("tripped");
  for (let at = 71_000; at < 74_000; at += 500) standing = judgeReading(cool, standing, good, at, at - 400);
  expect(standing.is).toBe("tripped");
  expect(judgeReading(cool, standing, good, 74_000, 73_600).is).toBe("satisfied");
});
