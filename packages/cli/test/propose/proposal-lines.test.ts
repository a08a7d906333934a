import { Study, type Trial } from "@labloop/contracts";
import { proposeDesigns } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { proposalLines } from "../../src/propose/proposal-lines.ts";

const study = Study.parse({
  parameters: [
    { kind: "continuous", name: "x", unit: "Pa", min: 100_000, max: 100_010, step: 0.1 },
    { kind: "continuous", name: "k", min: 1e8, max: 1e8 + 1 },
    { kind: "continuous", name: "c", min: 1e-4, max: 10, scale: "log" },
  ],
  objectives: [{ name: "y", unit: "Pa", goal: "maximise" }],
});
const values = [0, 1, 2, 3, 4].map((i) => ({ x: 100_001.3 + i, k: 1e8 + 0.125 * (i + 1), c: 0.1 * (i + 1) }));
const trials = values.map(
  (design, i): Trial => ({ design, outcome: { status: "measured", values: { y: 101_325 + i / 100 } } }),
);

test("designs are printed as they are to be set, and the ends of a narrow interval are told apart", () => {
  const answer = proposeDesigns({ study, trials, pending: [], seed: 1, count: 3 });
  if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
  const [, ...lines] = proposalLines(study, answer, trials);
  answer.proposals.forEach(({ design, predicted }, i) => {
    const [, x, k, c, value, low, high] = (lines[i] ?? "").split(/[ ,[\]]+/).map(Number);
    expect({ x, k, c }).toEqual(design);
    const { value: expected, interval90 } = predicted!["y"]!;
    const width = interval90[1] - interval90[0];
    expect(width).toBeLessThan(1);
    [expected, ...interval90].forEach((own, j) => {
      expect(Math.abs([value, low, high][j]! - own)).toBeLessThan(width / 50);
    });
  });
  const told = lines.join(" ").replaceAll(/ +/g, " ");
  const { x, k, c } = answer.best!.design;
  expect(told).toContain(`at x ${x} Pa, k ${k}, c ${c} `);
});
