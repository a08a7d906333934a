import { expect, test } from "vitest";
import { judgeCounter } from "../../src/index.ts";

test.each([
  ["begin", { before: 7, now: 7, isAtIt: false }, "not-happened"],
  ["begin", { before: 7, now: 8, isAtIt: true }, "running"],
  ["begin", { before: 7, now: 8, isAtIt: false }, "happened"],
  ["begin", { before: 7, now: 9, isAtIt: false }, "unknown"],
  ["end", { before: 7, now: 7, isAtIt: false }, "unknown"],
  ["end", { before: 7, now: 7, isAtIt: true }, "running"],
  ["end", { before: 7, now: 8, isAtIt: false }, "happened"],
  ["end", { before: 7, now: 8, isAtIt: true }, "unknown"],
  [undefined, { before: 7, now: 7, isAtIt: false }, "unknown"],
] as const)("of a counter that rises at the %s no more is believed than it proves: %o", (rises, counts, outcome) => {
  const found = judgeCounter(rises, counts);
  expect(found === "happened" ? found : found.outcome).toBe(outcome);
});
