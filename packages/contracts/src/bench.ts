import * as z from "zod";

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
/** A figure over the seeds with its bootstrap 95 % interval; null where it does not exist within the budget. */
const Estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** When a method first had what was looked for. */
const Arrival = z.strictObject({
  target: z.string(),
  /** How many designs of the pool are good enough; null where it is a share of the hypervolume. */
  designs: count.nullable(),
  /** Share of the campaigns that got there within the budget. */
  reached: share,
  /** Experiments, in the median campaign; null unless more than half got there. */
  median: Estimate.nullable(),
  /** Mean experiments; null unless every campaign got there. */
  mean: z.number().nullable(),
  /** Random search without replacement, exactly; null where only simulation knows. */
  random: z.strictObject({ median: z.number(), mean: z.number() }).nullable(),
});

const MethodFigures = z.strictObject({
  method: z.string(),
  /** Regret area over that of random search on the same starts and readings: 0 is an oracle, 1 is random; 1000 at most. */
  score: Estimate,
  /** Mean of R(1) to R(budget) of each campaign. Those of equal place had the same starts and readings, whatever the method. */
  areas: z.array(z.number()),
  /** R(1) to R(budget): what is left to gain, as a share of what a random design lacks; `low` and `high` are quartiles over campaigns. */
  regret: z.strictObject({ mean: z.array(z.number()), low: z.array(z.number()), high: z.array(z.number()) }),
  /** Mean share of the top set that has been measured after 1 to `budget` experiments. */
  found: z.array(share),
  arrivals: z.array(Arrival),
  /** Experiments of random search over the method's, until so great a share of the top set is found. */
  acceleration: z.array(z.strictObject({ share, factor: Estimate.nullable() })),
  /**
   * Experiments that the median random search needs for a design as good as the median campaign has, over those made: 1 is random.
   * Withheld where the pool is too small to tell.
   */
  equalQuality: z.array(
    z.strictObject({ after: count, ceiling: z.number(), factor: Estimate.nullable(), withheld: z.string().nullable() }),
  ),
  /**
   * The greatest ratio of found to what random search is expected to have found by then, and when. Being the greatest of many it is above 1
   * for random search too, the more so the fewer campaigns there are.
   */
  enrichment: z.strictObject({ factor: z.number(), after: count }),
  /**
   * What each campaign did, so that every figure can be computed again: the designs it measured, in order, and what it would have handed
   * over after each. Designs are numbered from 0 in the order in which they first stand in the table, rows that were left out not counted.
   */
  campaigns: z
    .array(z.strictObject({ seed: count, measured: z.array(count), recommended: z.array(count) }))
    .default([]),
});
export type MethodFigures = z.infer<typeof MethodFigures>;

/** Processor seconds of one ask, fitting included. */
const AskTime = z.strictObject({
  method: z.string(),
  asks: count,
  median: z.number().nullable(),
  p90: z.number().nullable(),
  max: z.number().nullable(),
});
export type AskTime = z.infer<typeof AskTime>;

/** What `labloop bench` found, as in bench.json; all but `timing` is the same for the same arguments and files. */
export const BenchResult = z.strictObject({
  v: z.literal(1),
  type: z.literal("bench"),
  pool: z.strictObject({
    name: z.string(),
    title: z.string(),
    rows: count,
    dropped: count,
    designs: count,
    /** Designs that were measured more than once. */
    replicated: count,
    replicates: z.enum(["one", "mean", "first"]),
    inputs: z.array(z.string()),
    objectives: z.array(z.strictObject({ name: z.string(), unit: z.string(), goal: z.enum(["maximise", "minimise"]) })),
    /** Of one objective: the best true mean and the mean over all designs. Of several: the hypervolume of all, and of one design on average. */
    best: z.number(),
    average: z.number(),
    /** Designs in the top set: the best 5 %, ties with the last included; of several objectives the Pareto front. */
    top: count,
    /** What of its tables is not used, and might be thought to be. */
    remarks: z.array(z.string()).default([]),
  }),
  settings: z.strictObject({
    seeds: count,
    /** The seed of the first campaign; that of the others counts on from it. */
    firstSeed: count.default(1),
    budget: count,
    /** What was asked for, where the pool has fewer designs. */
    budgetAsked: count,
    batch: count,
    starts: count,
  }),
  methods: z.array(MethodFigures),
  timing: z.array(AskTime),
});
export type BenchResult = z.infer<typeof BenchResult>;
