import { expect, test } from "vitest";
import { judgePrint, type Sighting, type Verdict } from "../verdict.ts";

const baseline = { file: "CUBE.GCO", prints: 12, finished: 10, failed: 2 };
const idle: Sighting = { isPrinting: false, currentFile: null, prints: 12, finished: 10, failed: 2 };

test.each<readonly [promise: string, seen: Partial<Sighting>, verdict: Verdict]>([
  ["our file still open and no count moved: it never began", { currentFile: "CUBE.GCO" }, "notStarted"],
  ["the 8.3 name may come in another case", { currentFile: "cube.gco" }, "notStarted"],
  ["no count moved, but the file is closed: the printer may have lost power in the middle", {}, "unclear"],
  ["no count moved, and another file is open: somebody was at the printer", { currentFile: "RING.GCO" }, "unclear"],
  [
    "one more begun and printing our file: running",
    { prints: 13, isPrinting: true, currentFile: "CUBE.GCO" },
    "running",
  ],
  ["its last moves run after the file was closed: still running", { prints: 13, isPrinting: true }, "running"],
  [
    "paused says Not SD printing, and counts as neither end: still running",
    { prints: 13, currentFile: "CUBE.GCO" },
    "running",
  ],
  ["one more begun, but another file: not ours", { prints: 13, isPrinting: true, currentFile: "RING.GCO" }, "unclear"],
  ["one more begun and one more finished: done", { prints: 13, finished: 11 }, "finished"],
  ["one more begun and one more failed: aborted", { prints: 13, failed: 3 }, "failed"],
  ["two more begun: one of them is not ours", { prints: 14, finished: 12 }, "unclear"],
  ["counters that went back were reset (M78 S78)", { prints: 0, finished: 0, failed: 0 }, "unclear"],
])("D7: %s", (_promise, seen, verdict) => {
  expect(judgePrint(baseline, { ...idle, ...seen })).toBe(verdict);
});

test("D7: whatever the counters say, only a fully explained sighting is not unclear", () => {
  let decided = 0;
  for (let prints = 10; prints <= 15; prints++) {
    for (let finished = 8; finished <= 13; finished++) {
      for (let failed = 0; failed <= 4; failed++) {
        const verdict = judgePrint(baseline, { isPrinting: false, currentFile: "CUBE.GCO", prints, finished, failed });
        if (verdict === "unclear") continue;
        decided++;
        expect(prints - 12 - (finished - 10) - (failed - 2)).toBeGreaterThanOrEqual(0);
        expect(prints - 12).toBeLessThanOrEqual(1);
      }
    }
  }
  expect(decided).toBe(4);
});
