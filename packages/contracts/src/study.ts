import * as z from "zod";

/** The value of one parameter: a number in its declared unit, or the name of a level or an option. */
export const DesignValue = z.union([z.number(), z.string()]);
export type DesignValue = z.infer<typeof DesignValue>;

/** One experiment to make or made: parameter name to value. */
export const Design = z.record(z.string(), DesignValue);
export type Design = z.infer<typeof Design>;

const named = { name: z.string().min(1), unit: z.string().default("1") };

/** One adjustable parameter. Bounds are inclusive and in `unit`. */
export const StudyParameter = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("continuous"),
    ...named,
    min: z.number(),
    max: z.number(),
    /** "log" for a positive parameter whose factors count and not its differences. */
    scale: z.enum(["linear", "log"]).default("linear"),
    /** What the instrument can set: `min` plus whole multiples of this. */
    step: z.number().positive().optional(),
  }),
  z.strictObject({ kind: z.literal("integer"), ...named, min: z.number().int(), max: z.number().int() }),
  /** A few numbers in rising order. */
  z.strictObject({ kind: z.literal("levels"), ...named, levels: z.array(z.number()).min(1) }),
  /** A few names in an order that means something. */
  z.strictObject({ kind: z.literal("ordinal"), ...named, levels: z.array(z.string()).min(1) }),
  z.strictObject({
    kind: z.literal("categorical"),
    ...named,
    options: z.array(z.string()).min(1),
    /** "hamming": all options equally far apart; "one-hot": each with a weight of its own; "descriptors": as their numbers say. */
    encoding: z.enum(["hamming", "one-hot", "descriptors"]).default("hamming"),
    /** Option to its descriptor values, equally many for each; with `encoding: descriptors` only. */
    descriptors: z.record(z.string(), z.array(z.number())).optional(),
  }),
]);
export type StudyParameter = z.infer<typeof StudyParameter>;

/** What a design must satisfy to be made at all. Names are of numeric parameters. */
export const StudyConstraint = z.discriminatedUnion("kind", [
  /** Parts of a mixture: none negative, together `total`; at most `atMost` of them not 0. */
  z.strictObject({
    kind: z.literal("mixture"),
    of: z.array(z.string()).min(2),
    total: z.number().positive().default(1),
    atMost: z.number().int().min(1).optional(),
  }),
  /** The sum of coefficient × parameter lies within the bounds that are given. */
  z.strictObject({
    kind: z.literal("linear"),
    terms: z.record(z.string(), z.number()),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  /** So many of the parameters are not 0. */
  z.strictObject({
    kind: z.literal("cardinality"),
    of: z.array(z.string()).min(1),
    atLeast: z.number().int().min(0).optional(),
    atMost: z.number().int().min(0).optional(),
  }),
  /** The value of an arithmetic expression over parameters, + - * / ^ and parentheses, lies within the bounds that are given. */
  z.strictObject({
    kind: z.literal("expression"),
    expression: z.string().min(1),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
]);
export type StudyConstraint = z.infer<typeof StudyConstraint>;

const weight = z.number().positive().default(1);

/**
 * How desirable a value of one quantity is, from 0, not acceptable, to 1, in proportion between. Of what is to be large or small: 0 at
 * `worst` and beyond, 1 at `best` and beyond. Of what is to hit a target: 1 there alone, 0 at `low` and below and at `high` and above.
 */
export const Desirability = z.union([
  z.strictObject({ worst: z.number(), best: z.number(), weight }),
  z.strictObject({ low: z.number(), target: z.number(), high: z.number(), weight }),
]);
export type Desirability = z.infer<typeof Desirability>;

/** One quantity to improve; several are improved together as a Pareto front. */
export const StudyObjective = z.strictObject({
  name: z.string().min(1),
  unit: z.string().default("1"),
  /** "target": neither more nor less is better, but what is nearer to the target of its desirability. */
  goal: z.enum(["maximise", "minimise", "target"]),
  /** The worst value that still counts, per objective of a front; taken from the data where it is not given. */
  reference: z.number().optional(),
  /**
   * Where objectives are to be one: the weighted geometric mean of all objectives' desirabilities is maximised. All objectives have one
   * or none has.
   */
  desirability: Desirability.optional(),
});
export type StudyObjective = z.infer<typeof StudyObjective>;

/** A measured quantity that must keep within bounds for a design to be of use. */
export const OutcomeConstraint = z.strictObject({
  name: z.string().min(1),
  unit: z.string().default("1"),
  min: z.number().optional(),
  max: z.number().optional(),
});
export type OutcomeConstraint = z.infer<typeof OutcomeConstraint>;

/**
 * What learns from the trials beside Gaussian processes. `neural`: networks, for many trials or rough surfaces, "off" where it is
 * not given; "auto" from 100 measured designs on, "on" from 10. They take seconds, and their last bits depend on what trains them.
 */
const StudySurrogate = z.strictObject({ neural: z.enum(["off", "auto", "on"]).default("off") });

/** What to vary, what to improve, and within which limits. */
export const Study = z.strictObject({
  parameters: z.array(StudyParameter).min(1),
  constraints: z.array(StudyConstraint).default([]),
  /** The only designs that can be made, where they are a list. */
  candidates: z.array(Design).min(1).optional(),
  objectives: z.array(StudyObjective).min(1),
  outcomeConstraints: z.array(OutcomeConstraint).default([]),
  /**
   * What one experiment takes, in time or money: an arithmetic expression over numeric parameters, above 0 for every design. What is
   * gained per unit of it is made large; without it all designs cost the same.
   */
  cost: z.strictObject({ expression: z.string().min(1), unit: z.string().default("h") }).optional(),
  /** How many experiments there are to be in all, where it is known. */
  budget: z.number().int().min(1).optional(),
  /**
   * Earlier campaigns over the same parameters, each with a CSV that lies beside the study. Its trials carry the task, and are learned
   * from as far as the readings of the study itself bear them out.
   */
  related: z
    .array(z.strictObject({ task: z.string().min(1), table: z.string().min(1) }))
    .min(1)
    .optional(),
  /** What learns from the trials beside Gaussian processes. */
  surrogate: StudySurrogate.optional(),
});
export type Study = z.infer<typeof Study>;
/** A study as a file has it: what can be made may be a list in a CSV that lies beside it. */
export const StudyFile = Study.extend({
  candidates: z.union([z.array(Design).min(1), z.string().min(1)]).optional(),
});
export type StudyFile = z.infer<typeof StudyFile>;
/** A study as it is written down: what has a default may be left out. */
export type StudyDraft = z.input<typeof Study>;

/** A value as it was read: a number, or one with its standard uncertainty, or what is known of one outside the range of the instrument. */
export const TrialValue = z.union([
  z.number(),
  z.strictObject({ value: z.number(), uncertainty: z.number().positive() }),
  z.strictObject({ above: z.number() }),
  z.strictObject({ below: z.number() }),
]);
export type TrialValue = z.infer<typeof TrialValue>;

/** One experiment and what came of it. */
export const Trial = z.strictObject({
  /** As it was carried out: what the model learns from. */
  design: Design,
  /** As it was asked for, where that differs. */
  requested: Design.optional(),
  outcome: z.discriminatedUnion("status", [
    /** Quantity to value; a quantity that was not read is left out. */
    z.strictObject({ status: z.literal("measured"), values: z.record(z.string(), TrialValue) }),
    /** The design itself cannot be made or measured: learned, and avoided. */
    z.strictObject({ status: z.literal("infeasible") }),
    /** Something broke that says nothing about the design. */
    z.strictObject({ status: z.literal("fault") }),
  ]),
  /** Of which related campaign, where several are learned from together; the one being run where it is not given. */
  task: z.string().optional(),
});
export type Trial = z.infer<typeof Trial>;

/** A study under way, as it is kept between two sittings. */
export const StoredStudy = z.strictObject({
  v: z.literal(1),
  study: Study,
  seed: z.number().int().min(0).max(0xffff_ffff),
  trials: z.array(Trial),
  /** Designs that are being made. */
  pending: z.array(Design),
});
export type StoredStudy = z.infer<typeof StoredStudy>;
