import * as z from "zod";
import { LookAhead } from "./look-ahead.ts";
import { Design } from "./study.ts";

const share = z.number().min(0).max(1);
/** Of which objective; null of the proposal as a whole. */
const common = { objective: z.string().nullable(), why: z.string() };

/** One aspect of why a design was proposed: a sentence for a person, `why`, and the numbers behind it. */
export const ExplanationAspect = z.discriminatedUnion("aspect", [
  /** How much of the expected gain comes from what is known and how much from what is not. */
  z.strictObject({
    aspect: z.literal("gain"),
    ...common,
    numbers: z.strictObject({ exploit: share, explore: share }),
  }),
  /** How likely the design can be made and keeps the bounds of what is measured. */
  z.strictObject({ aspect: z.literal("chance"), ...common, numbers: z.strictObject({ probability: share }) }),
  /** What the experiment takes, in the study's unit of cost. */
  z.strictObject({ aspect: z.literal("cost"), ...common, numbers: z.strictObject({ cost: z.number().positive() }) }),
  /** The measured designs nearest to it, and how many lengthscales away. */
  z.strictObject({
    aspect: z.literal("neighbours"),
    ...common,
    numbers: z.array(z.strictObject({ design: Design, distance: z.number().min(0) })),
  }),
  /** What would have to be different for another design to be chosen; null where no rise of its expected value would do. */
  z.strictObject({
    aspect: z.literal("swap"),
    ...common,
    numbers: z.strictObject({ design: Design, deviations: z.number().min(0).nullable() }),
  }),
  /** How much of the belief draws on related campaigns, and how alike each is taken to be. */
  z.strictObject({
    aspect: z.literal("related"),
    ...common,
    numbers: z.strictObject({
      share,
      tasks: z.array(z.strictObject({ task: z.string(), correlation: z.number() })),
    }),
  }),
  /** How much of the belief leans on how lonely a design is among those listed, and what that changes. */
  z.strictObject({
    aspect: z.literal("loneliness"),
    ...common,
    numbers: z.strictObject({
      share,
      /** From the most crowded of the listed designs to the loneliest, in the unit of the objective. */
      change: z.number(),
    }),
  }),
  /** Which measured designs the model does not learn from: those without a reading of it, of very many the least telling, and those made elsewhere. */
  z.strictObject({
    aspect: z.literal("left-out"),
    ...common,
    numbers: z.strictObject({
      /** Designs that were measured, those with a reading of the objective, and those that its model learns from. */
      measured: z.number().int().min(0),
      read: z.number().int().min(0),
      learned: z.number().int().min(0),
      /** Trials at which something that the study does not vary had another value: nothing is learned from them. */
      elsewhere: z.number().int().min(1).optional(),
    }),
  }),
  /** Parameter to its share in what matters to the model. */
  z.strictObject({ aspect: z.literal("importances"), ...common, numbers: z.record(z.string(), share) }),
  /** How well the model predicts each reading from the others. */
  z.strictObject({
    aspect: z.literal("calibration"),
    ...common,
    numbers: z.strictObject({
      /** Designs with a reading. */
      readings: z.number().int().min(0),
      /** Share of the variance between designs not measured that is likely to be predicted; below 0 it is worse than their mean. */
      skill: z.number(),
      /** Root mean square error in standard deviations of the prediction; more than 1 is overconfident. */
      spread: z.number().min(0),
      /** Share within the central 90 % of their predictions. */
      covered: share,
    }),
  }),
  /** A reading that the others do not explain: a find or a slip. */
  z.strictObject({
    aspect: z.literal("outlier"),
    ...common,
    numbers: z.strictObject({
      design: Design,
      /** What was read there, on average, or is believed where a bound was read, and what the others foretell, in the unit of the objective. */
      value: z.number(),
      foretold: z.number(),
      /** The probability that of so many readings any lies so far off by chance. */
      chance: share,
      /**
       * Whether it is learned from, though it is unlikely or since repeats bear it out, or not, until it is measured again or since repeats read
       * otherwise; absent in older records, which learned from all.
       */
      standing: z.enum(["believed", "confirmed", "doubted", "slip"]).optional(),
      /** How many more readings are not learned from and not told of one by one; absent where there are none. */
      others: z.number().int().min(1).optional(),
    }),
  }),
  /** How the campaign would go on, where that was asked for. */
  z.strictObject({ aspect: z.literal("ahead"), ...common, numbers: LookAhead }),
]);
export type ExplanationAspect = z.infer<typeof ExplanationAspect>;
