import * as z from "zod";
import { Text } from "./text.ts";

/** Who may see the data. */
export const AccessLabel = z.enum(["open", "shared", "closed"]);
export type AccessLabel = z.infer<typeof AccessLabel>;

/** `campaign.yaml`: what to vary, what to measure, and when to stop. */
export const CampaignDocument = z.strictObject({
  schemaVersion: z.literal(1),
  campaign: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: Text,
  description: Text,
  /** Paths from the campaign file. */
  lab: z.string(),
  protocol: z.string(),
  /** The points that the lab can make: a CSV file with one column a parameter. */
  candidates: z.string(),
  /** Parameter to unit, in the order of design vectors; the names are the protocol's inputs. */
  parameters: z.record(z.string(), z.strictObject({ unit: z.string(), title: Text.optional() })),
  objective: z.strictObject({
    name: z.string(),
    unit: z.string(),
    goal: z.enum(["maximise", "minimise"]),
    target: z.number().optional(),
  }),
  /** Observed quantity to an expression over step results, for example `integral(crush.load, crush.travel)`. */
  observe: z.record(z.string(), z.string()),
  /** What each observed quantity is given in. */
  units: z.record(z.string(), z.string()),
  /** Standard uncertainty of each observed quantity, in its unit, where it is known. */
  uncertainty: z.record(z.string(), z.number().positive()).default({}),
  budget: z.strictObject({ experiments: z.number().int().min(1) }),
  access: AccessLabel,
  dataManager: z.string(),
  grant: z.string().nullable(),
});
export type CampaignDocument = z.infer<typeof CampaignDocument>;
