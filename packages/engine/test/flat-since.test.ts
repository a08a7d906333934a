import type { ExplanationAspect, Observation } from "@labloop/contracts";
import { expect, test } from "vitest";
import { flatSince } from "../src/decide/flat-since.ts";
import type { Recipe } from "../src/recipe.ts";
import { emptyState, type EngineState, type ProposalRecord } from "../src/state.ts";

const recipe = {
  checked: {
    objective: { name: "yield", goal: "maximise" },
    campaign: { stop: { plateau: { experiments: 3, share: 0.1 } }, outcomeConstraints: [] },
  },
} as unknown as Recipe;

/** A campaign with these readings in order, one a design, whose newest answer says so much of them. */
function stateOf(readings: readonly number[], explanation: readonly ExplanationAspect[]): EngineState {
  const observations = readings.map((value, i) => ({
    values: { yield: { value } },
    executed: { value: { heat: i } },
  })) as unknown as Observation[];
  const answered = { answer: { explanation } } as unknown as ProposalRecord;
  const asked = { answer: null } as unknown as ProposalRecord;
  return {
    ...emptyState,
    observations,
    proposals: new Map([
      ["first", { answer: {} } as unknown as ProposalRecord],
      ["answered", answered],
      ["asked", asked],
    ]),
  };
}

function outlier(
  standing: "believed" | "doubted" | "slip" | "confirmed",
  heat: number,
  value: number,
): ExplanationAspect {
  const numbers = { design: { heat }, value, foretold: 3, chance: 1e-6, standing };
  return { aspect: "outlier", objective: "yield", why: "far off", numbers };
}

test("a slip is no best that the last experiments have failed to raise", () => {
  const rising = [1, 2, 1000, 3, 4, 5, 6, 7];
  expect(flatSince(stateOf(rising, []), recipe)).toContain(
    "the last 3 experiments have raised the best reading by 0 %",
  );
  for (const standing of ["doubted", "slip"] as const) {
    expect(flatSince(stateOf(rising, [outlier(standing, 2, 1000)]), recipe)).toBeNull();
  }
});

test("what is believed counts, and so does the same reading of another design", () => {
  const rising = [1, 2, 1000, 3, 4, 5, 6, 7];
  for (const aspect of [outlier("believed", 2, 1000), outlier("confirmed", 2, 1000), outlier("slip", 3, 1000)]) {
    expect(flatSince(stateOf(rising, [aspect]), recipe)).not.toBeNull();
  }
});
