import { expect, test } from "vitest";
import { atOdds } from "../../src/doubt/at-odds.ts";

test.each([
  [{ result: ["mass=2 g"], executed: ["volume=5 mL"], photo: ["tube.jpg"] }],
  [{}],
  [{ notDone: true, reason: "the phone rang" }],
  [{ impossible: true, reason: "no acid" }],
])("%j is one answer", (words) => {
  expect(atOdds(words)).toEqual([]);
});

test("what is measured is not dropped because the step is said not to have been done, nor a reason that has no place", () => {
  expect(atOdds({ notDone: true, impossible: true, reason: "x", result: ["mass=2 g"], photo: ["tube.jpg"] })).toEqual([
    "--not-done and --impossible are two answers: give one",
    "--result and --photo of a step that was done, and --not-done of one that was not",
  ]);
  expect(atOdds({ impossible: true, executed: ["volume=5 mL"] })).toHaveLength(1);
  expect(atOdds({ result: ["mass=2 g"], reason: "spilled some" })).toEqual([
    "--reason says why a step was not done, with --not-done or --impossible",
  ]);
});
