import * as z from "zod";

/** How many experiments more. */
const experiments = z.number().int().min(1).max(100);
/** The gain that would be worth them, in the objective's unit. */
const gain = z.number().min(0);
/** How sure the bound on the regret is to be. */
const confidence = z.number().gt(0.5).lt(1);

/** What is asked of how a campaign would go on. */
export const AheadQuestion = z.strictObject({
  experiments: experiments.default(10),
  gain: gain.default(0),
  confidence: confidence.default(0.95),
});
export type AheadQuestion = z.infer<typeof AheadQuestion>;

/** What a model believes of how a campaign would go on, beside what was asked. */
export const LookAhead = z.strictObject({
  experiments,
  gain,
  confidence,
  /** The probability that so many more experiments end with a design recommended that is better than the present one by more than the gain. */
  chance: z.number().min(0).max(1),
  /** What is lost at most by keeping the present one, in the objective's unit, with that confidence: the best design may be better by so much. */
  regret: z.number().min(0),
});
export type LookAhead = z.infer<typeof LookAhead>;
