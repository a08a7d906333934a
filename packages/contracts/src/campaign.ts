import * as z from "zod";
import { AheadQuestion } from "./look-ahead.ts";
import { JointObjective, Objective } from "./optimization.ts";
import { Design, StudyConstraint } from "./study.ts";
import { Text } from "./text.ts";

/** Who may see the data. */
export const AccessLabel = z.enum(["open", "shared", "closed"]);
export type AccessLabel = z.infer<typeof AccessLabel>;

/**
 * One parameter that a campaign varies. Where there is no list of candidates it says what can be set, inclusive and in its unit:
 * `min` and `max`, in whole numbers or steps from `min`, or else `levels`. One that is a name has `options`, with a list too.
 */
export const CampaignParameter = z.strictObject({
  /** Of a number. */
  unit: z.string().optional(),
  title: Text.optional(),
  kind: z.enum(["continuous", "integer", "levels"]).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  scale: z.enum(["linear", "log"]).optional(),
  step: z.number().positive().optional(),
  levels: z.array(z.number()).min(1).optional(),
  /** The names that it may be, where it is no number, and whether their order means something. */
  options: z.array(z.string()).min(1).optional(),
  ordered: z.boolean().optional(),
  /** Option to numbers that tell how alike options are, equally many for each. */
  descriptors: z.record(z.string(), z.array(z.number())).optional(),
});
export type CampaignParameter = z.infer<typeof CampaignParameter>;

/** What an observed quantity must keep within, in the unit it is given in. */
export const OutcomeBounds = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine(
    ({ min, max }) =>
      (min ?? Number.NEGATIVE_INFINITY) < (max ?? Number.POSITIVE_INFINITY) && (min ?? max) !== undefined,
    "give min, max or both, min below max",
  );
export type OutcomeBounds = z.infer<typeof OutcomeBounds>;

/** `campaign.yaml`: what to vary, what to measure, and when to stop. */
export const CampaignDocument = z.strictObject({
  schemaVersion: z.literal(1),
  campaign: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: Text,
  description: Text,
  /** Paths from the campaign file. */
  lab: z.string(),
  protocol: z.string(),
  /** The points that the lab can make, where they are a list: a CSV file with one column a parameter. */
  candidates: z.string().optional(),
  /** Parameter to unit and, without a list, range, in the order of design vectors; the names are the protocol's inputs. */
  parameters: z.record(z.string(), CampaignParameter),
  /** What a point within the ranges must keep to be made at all. */
  constraints: z.array(StudyConstraint).default([]),
  /** What to improve: one observed quantity, or else two to four of them together; one alone where it says what is desirable of it. */
  objective: Objective.optional(),
  objectives: z
    .array(JointObjective)
    .meta({ maxItems: 4, anyOf: [{ minItems: 2 }, { minItems: 1, items: { required: ["desirability"] } }] })
    .optional(),
  /** Observed quantity to the bounds, in the unit it is given in, that an experiment must keep to be of use. */
  outcomeConstraints: z.record(z.string(), OutcomeBounds).default({}),
  /**
   * What one experiment takes, in time or money: an expression over the parameters, or `plan` for how long its devices say that its plan
   * takes; what is gained per unit of it is made large.
   */
  cost: z
    .union([z.literal("plan"), z.strictObject({ expression: z.string().min(1), unit: z.string().default("h") })])
    .optional(),
  /** Observed quantity to an expression over step results, for example `integral(crush.load, crush.travel)`. */
  observe: z.record(z.string(), z.string()),
  /** What each observed quantity is given in. */
  units: z.record(z.string(), z.string()),
  /** Standard uncertainty of each observed quantity, in its unit, where it is known. */
  uncertainty: z.record(z.string(), z.number().positive()).default({}),
  /**
   * A known sample that is made and measured before the first experiment and after every so many, to see whether the lab still
   * measures right: accepted while each reading keeps its limits, in the unit that it is given in. The model never sees it.
   */
  control: z
    .strictObject({
      every: z.number().int().min(1),
      parameters: Design,
      accept: z.record(
        z.string(),
        z
          .strictObject({
            min: z.number().optional(),
            max: z.number().optional(),
            /** What it is known to be, and the standard deviation of measuring it: judged by Westgard's rules. */
            target: z.number().optional(),
            sigma: z.number().positive().optional(),
          })
          .refine(
            ({ min, max }) => (min ?? Number.NEGATIVE_INFINITY) < (max ?? Number.POSITIVE_INFINITY),
            "min has to be below max",
          )
          .refine(({ target, sigma }) => (target === undefined) === (sigma === undefined), "give target and sigma both")
          .refine(
            ({ min, max, target }) => (min ?? max ?? target) !== undefined,
            "give min, max or both, or target and sigma",
          ),
      ),
      /** What a reading outside its limits leads to: a pause until a person says how it goes on, or an alarm alone. */
      whenOutside: z.enum(["hold", "alarm"]).default("hold"),
    })
    .optional(),
  /** When it has gained enough before the budget is spent: once any of the rules that are given says so. */
  stop: z
    .strictObject({
      /** Once the last so many experiments have raised the best reading, or widened the front, by no more than a share of all that it has gained since the first. */
      plateau: z
        .strictObject({ experiments: z.number().int().min(2), share: z.number().min(0).lt(1).default(0.01) })
        .optional(),
      /**
       * Once so many more experiments gain more than so much with less than this probability: in the objective's unit, or of a front as a share of its
       * hypervolume, 0.05 for 5 %. Of no desirability.
       */
      gain: z
        .strictObject({
          moreThan: z.number().min(0),
          experiments: AheadQuestion.shape.experiments,
          chance: z.number().gt(0).lt(1).default(0.05),
        })
        .optional(),
      /** Once the best design, or front, is missed by no more than so much with this confidence, stated as the gain is. Of no desirability. */
      regret: z.strictObject({ within: z.number().positive(), confidence: AheadQuestion.shape.confidence }).optional(),
    })
    .refine((rules) => Object.values(rules).some((rule) => rule !== undefined), "give plateau, gain or regret")
    .optional(),
  budget: z.strictObject({ experiments: z.number().int().min(1) }),
  access: AccessLabel,
  dataManager: z.string(),
  grant: z.string().nullable(),
});
export type CampaignDocument = z.infer<typeof CampaignDocument>;
