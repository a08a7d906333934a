import type { BenchResult, MethodFigures } from "@labloop/contracts";

const curve = [1, 0.5];

/** Returns the result of a bench of one method on a pool of 40 designs, with changes to the pool and to the method's figures. */
export function drawnResult(pool: Partial<BenchResult["pool"]>, figures: Partial<MethodFigures> = {}): BenchResult {
  return {
    v: 1,
    type: "bench",
    pool: {
      name: "p",
      title: "P",
      rows: 40,
      dropped: 0,
      designs: 40,
      replicated: 0,
      replicates: "one",
      inputs: ["a"],
      objectives: [{ name: "y", unit: "1", goal: "maximise" }],
      best: 1,
      average: 0,
      top: 2,
      remarks: [],
      ...pool,
    },
    settings: { seeds: 12, firstSeed: 1, budget: 2, budgetAsked: 2, batch: 1, starts: 1 },
    methods: [
      {
        method: "labloop",
        score: { value: 1, low: 1, high: 1 },
        areas: [],
        regret: { mean: curve, low: curve, high: curve },
        found: [0, 1],
        arrivals: [],
        acceleration: [],
        equalQuality: [],
        enrichment: { factor: 1, after: 1 },
        campaigns: [],
        ...figures,
      },
    ],
    timing: [],
  };
}
