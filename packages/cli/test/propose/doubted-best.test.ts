import { type ExplanationAspect, Study } from "@labloop/contracts";
import type { ProposedDesigns } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { proposalLines } from "../../src/propose/proposal-lines.ts";

const study = Study.parse({
  parameters: [{ kind: "continuous", name: "heat", min: 0, max: 100 }],
  objectives: [{ name: "yield", goal: "maximise" }],
});

type Standing = "believed" | "confirmed" | "doubted" | "slip";

function linesOf(standing: Standing, heat: number): string {
  const numbers = { design: { heat }, value: 90, foretold: 40, chance: 5e-4, standing };
  const explanation: ExplanationAspect[] = [{ aspect: "outlier", objective: "yield", why: "far off", numbers }];
  const best = { design: { heat: 25 }, expected: { value: 88, interval90: [80, 95] } };
  const answer = { proposals: [], best, models: [{}], hash: "0", explanation } as unknown as ProposedDesigns;
  return proposalLines(study, answer, []).join(" ");
}

test("of the best so far it is said that it rests on a reading that the others do not explain, unless repeats bear it out or another reading is meant", () => {
  const doubt = ", whose reading the others do not explain";
  expect(linesOf("believed", 25)).toContain(doubt);
  expect(linesOf("believed", 30)).not.toContain(doubt);
  expect(linesOf("confirmed", 25)).not.toContain(doubt);
  expect(linesOf("slip", 25)).not.toContain(doubt);
});
