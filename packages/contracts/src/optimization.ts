import * as z from "zod";
import { ExplanationAspect } from "./explanation.ts";
import { LookAhead } from "./look-ahead.ts";
import { Design, StudyObjective } from "./study.ts";

/** A point of the search space: parameter name to value, each in the parameter's declared unit. */
export const Point = z.record(z.string(), z.number());
export type Point = z.infer<typeof Point>;

/**
 * One adjustable parameter: its unit, its range, and, when the instrument only knows some values, its levels in rising order; one that
 * names its values has `options`, and no range.
 */
export const Parameter = z.strictObject({
  name: z.string().min(1),
  unit: z.string(),
  min: z.number(),
  max: z.number(),
  levels: z.array(z.number()).min(1).optional(),
  options: z.array(z.string()).min(1).optional(),
});
export type Parameter = z.infer<typeof Parameter>;

/** What to vary: the parameters in a fixed order, which is the order of design vectors everywhere. */
export const SearchSpace = z.strictObject({ parameters: z.array(Parameter).min(1) });
export type SearchSpace = z.infer<typeof SearchSpace>;

/** What to improve: the name and unit of the observed value, the direction, and a value that would be good news. */
export const Objective = z.strictObject({
  name: z.string().min(1),
  unit: z.string(),
  goal: z.enum(["maximise", "minimise"]),
  /** Shown to people; the optimizer does not look at it. */
  target: z.number().optional(),
});
export type Objective = z.infer<typeof Objective>;

/**
 * One of several quantities that a campaign improves together: as a front, or, where each says what is desirable, as the one
 * desirability that they come to; what is to hit a target may stand alone.
 */
export const JointObjective = Objective.extend({
  /** "target" with a desirability that has low, target and high. */
  goal: StudyObjective.shape.goal,
  /** The worst value that still counts, of a front. */
  reference: z.number().optional(),
  desirability: StudyObjective.shape.desirability,
});
export type JointObjective = z.infer<typeof JointObjective>;

/** One value that was read, and the design that it was read of. */
export const MeasuredDesign = z.strictObject({ parameters: Design, value: z.number() });
export type MeasuredDesign = z.infer<typeof MeasuredDesign>;

/** A prediction of the noise-free value at a point, in the objective's unit; `interval90` is the central 90 % of the posterior. */
export const Prediction = z.strictObject({
  mean: z.number(),
  sd: z.number().min(0),
  interval90: z.tuple([z.number(), z.number()]),
});
export type Prediction = z.infer<typeof Prediction>;

/** One Gaussian process of several that are averaged, with its weight and how well it predicts readings it was not shown. */
const SurrogateMember = z.strictObject({
  kernel: z.string(),
  /** How the readings are bent before the process sees them, and by which exponent. */
  shape: z.string(),
  exponent: z.number(),
  weight: z.number(),
  lengthscales: z.array(z.number()),
  /** Exponents a and b of 1 - (1 - xᵃ)ᵇ that bend each encoded input first; left out where none is bent. */
  warps: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** Variance of the smooth surface before any reading, in standard units; older versions, which left it out, had 1. */
  variance: z.number().optional(),
  /** Variance of a reading about the smooth surface, in standard units, and the share of it that is noise. */
  roughness: z.number(),
  noiseShare: z.number(),
  /** Mean log density of a left-out reading, in nats. */
  looDensity: z.number(),
});

/** The surrogate a proposal rests on, enough to name it in provenance and to rebuild it. */
export const SurrogateSummary = z.strictObject({
  kind: z.enum(["space-filling", "gaussian-process", "model-average"]),
  /** This, the lengthscales, the noise and the posterior density are of the one process that older versions had. */
  kernel: z.literal("matern-5/2").nullable(),
  /** Of a model average: the quantity, what it is made of, and the share of the variance that it predicts of left-out readings. */
  models: z
    .array(z.strictObject({ quantity: z.string(), skill: z.number(), members: z.array(SurrogateMember) }))
    .optional(),
  /** One per parameter, in units of the scaled [0, 1] range; empty for a model average, whose members have their own. */
  lengthscales: z.array(z.number()),
  /** Variance of one measurement's noise, in units of the standardised objective. */
  noiseVariance: z.number().nullable(),
  /** Log posterior density of the hyperparameters at the optimum, in nats. */
  logPosterior: z.number().nullable(),
  measurements: z.number().int().min(0),
  distinct: z.number().int().min(0),
});
export type SurrogateSummary = z.infer<typeof SurrogateSummary>;

/** A measured design: as it was carried out, and as it was asked for where that is another design. */
const measuredAs = { parameters: Design, requested: Design.optional() };

/** The measured point with the best posterior mean, with what was observed there. */
export const BestPoint = z.strictObject({
  ...measuredAs,
  value: z.number(),
  interval90: z.tuple([z.number(), z.number()]),
  observed: z.array(z.number()),
});
export type BestPoint = z.infer<typeof BestPoint>;

/**
 * A measured design whose readings keep the bounds on the mean, that is believed to keep them, and that no other such design is
 * believed to be better than in one objective without being worse in another: what is believed of each objective there, with the
 * central 90 %, and what was read.
 */
export const FrontPoint = z.strictObject({
  ...measuredAs,
  /** How likely it keeps the bounds on what is measured, from 0 to 1; absent where there are none. */
  chance: z.number().min(0).max(1).optional(),
  values: z.record(
    z.string(),
    z.strictObject({ value: z.number(), interval90: z.tuple([z.number(), z.number()]), observed: z.array(z.number()) }),
  ),
});
export type FrontPoint = z.infer<typeof FrontPoint>;

/** A measured design whose readings keep the bounds on the mean, though it is likelier to break them: it is not on the front. */
export const DoubtedPoint = z.strictObject({
  ...measuredAs,
  /** How likely it keeps the bounds. */
  chance: z.number().min(0).max(1),
});
export type DoubtedPoint = z.infer<typeof DoubtedPoint>;

/** The next point to try, what is expected there, and why it was chosen. */
export const ProposeAnswer = z.strictObject({
  parameters: Design,
  /** Null while the design is space-filling, when there is no model yet, and where there are several objectives. */
  predicted: Prediction.nullable(),
  /** Of several objectives, what is expected of each; absent while there is no model. */
  predictions: z.record(z.string(), Prediction).optional(),
  acquisition: z.strictObject({
    /** The first two are of records that older versions wrote. */
    name: z.enum([
      "maximin-distance",
      "log-expected-improvement",
      "random-start",
      "expected-improvement",
      "posterior-draw",
      "hypervolume-improvement",
      "scalarised-improvement",
      "desirability-improvement",
      "feasibility",
      "knowledge-gradient",
      "confirmation",
    ]),
    /** Null for a random start. */
    value: z.number().nullable(),
    /** What counts as improvement, in the objective's unit; null for space filling and for a front. */
    incumbent: z.number().nullable(),
  }),
  /** One sentence for a person. */
  why: z.string(),
  /** What else there is to say of it; absent where nothing was asked beyond the sentence. */
  explanation: z.array(ExplanationAspect).optional(),
  surrogate: SurrogateSummary,
  /** Null of a front. */
  best: BestPoint.nullable(),
  /** Of several objectives that are no desirability: the front of what was measured so far. */
  front: z.array(FrontPoint).optional(),
  /** Those that were read within the bounds but are likelier to break them: not on the front; absent where there are none. */
  doubted: z.array(DoubtedPoint).optional(),
  /** Where it was asked for, and five designs were measured, of which one can be recommended. */
  ahead: LookAhead.optional(),
});
export type ProposeAnswer = z.infer<typeof ProposeAnswer>;
