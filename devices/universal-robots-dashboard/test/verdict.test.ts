import { expect, test } from "vitest";
import { judgeTransfer, type Presence, type TransferVerdict } from "../verdict.ts";

test.each<readonly [source: Presence, destination: Presence, isWitnessLoaded: boolean, verdict: TransferVerdict]>([
  ["occupied", "empty", true, "notMoved"],
  ["occupied", "empty", false, "notMoved"],
  ["empty", "occupied", true, "moved"],
  ["empty", "occupied", false, "moved"],
  ["empty", "empty", true, "unclear"],
  ["occupied", "occupied", true, "unclear"],
  // A bin has no switch: the source decides, and only with the program's own trace.
  ["occupied", null, true, "notMoved"],
  ["empty", null, true, "moved"],
  ["empty", null, false, "unclear"],
  // A source without a switch leaves the word to the destination.
  [null, "occupied", true, "moved"],
  [null, "empty", true, "unclear"],
  [null, null, true, "unclear"],
])("D7: source %s, destination %s, program loaded %s: %s", (source, destination, isWitnessLoaded, verdict) => {
  expect(judgeTransfer({ source, destination, isWitnessLoaded })).toBe(verdict);
});
