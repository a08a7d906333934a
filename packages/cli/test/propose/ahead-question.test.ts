import { Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { aheadQuestionOf } from "../../src/propose/ahead-question.ts";

const study = Study.parse({
  parameters: [{ kind: "continuous", name: "heat", min: 0, max: 1 }],
  objectives: [{ name: "yield", goal: "maximise" }],
});

function gainOf(readings: readonly number[]): number | undefined {
  const trials = readings.map((value, i): Trial => {
    return { design: { heat: i / readings.length }, outcome: { status: "measured", values: { yield: value } } };
  });
  return aheadQuestionOf(study, trials)?.gain;
}

test("the gain that is asked about is a twentieth of what was read, and one slip does not make it larger than any gain", () => {
  const readings = Array.from({ length: 21 }, (_, i) => 40 + i);
  expect(gainOf(readings)).toBe(1);
  expect(gainOf([...readings, 690])).toBeLessThanOrEqual(3.5);
  expect(gainOf([5, 5, 5, 5, 9])).toBe(0.2);
  expect(gainOf([5, 5])).toBeUndefined();
});
