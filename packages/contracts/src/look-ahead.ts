import * as z from "zod";

/** How many experiments more. */
const experiments = z.number().int().min(1).max(100);
/** The gain that would be worth them: in the objective's unit; of a front a share of the hypervolume that it has above the reference, 0.05 for 5 %. */
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
  /** The probability that so many more experiments end with a design recommended that is better than the present one by more than the gain, or with a front of so much more hypervolume. */
  chance: z.number().min(0).max(1),
  /** What is lost at most by keeping the present one, stated as the gain is, with that confidence: the best may be better by so much. */
  regret: z.number().min(0),
  /** Of a front: what the gain and the regret are shares of, as the present front has it. Absent where they are in the objective's unit. */
  shareOf: z.literal("hypervolume").optional(),
});
export type LookAhead = z.infer<typeof LookAhead>;
