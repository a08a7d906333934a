import * as z from "zod";
import { Name } from "./ids.ts";

/** A bound as it is written: `30 mm`, or a bare number for what is counted. */
const Bound = z.union([z.string().min(1), z.number()]);

/** The least and the most that a parameter may be; at least one of them. */
const EnvelopeLimit = z
  .strictObject({ min: Bound.optional(), max: Bound.optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "write min, max or both");

/**
 * At most so many acts, or so much of the parameter `of`, within any stretch of lab time, at most 7 days; in the whole lab,
 * whichever of its campaigns did them before this one was started.
 */
const EnvelopeTotal = z.strictObject({ of: z.string().optional(), max: Bound, within: z.string() });

/** What must not hold of a parameter: beyond a bound, or equal to a text. */
const EnvelopeCondition = z
  .strictObject({ above: Bound.optional(), below: Bound.optional(), is: z.string().optional() })
  .refine((condition) => Object.keys(condition).length > 0, "write above, below or is");

/** What one operation may be asked to do, on one device or on every device of a capability together. */
export const EnvelopeRule = z
  .strictObject({
    device: Name.optional(),
    capability: z.string().optional(),
    operation: z.string(),
    limits: z.record(z.string(), EnvelopeLimit).default({}),
    totals: z.array(EnvelopeTotal).default([]),
    /** Combinations that are forbidden: conditions on parameters that must not all hold together. */
    never: z.array(z.record(z.string(), EnvelopeCondition)).default([]),
  })
  .refine(({ device, capability }) => (device === undefined) !== (capability === undefined), {
    message: "name either a device or a capability",
    path: ["operation"],
  });
export type EnvelopeRule = z.infer<typeof EnvelopeRule>;

/** A condition on telemetry that has to hold while anything new is started (contract E15). */
export const InterlockRule = z
  .strictObject({
    device: Name,
    channel: z.string(),
    /** It holds while the reading is below, or above, this; exactly one of the two. */
    below: Bound.optional(),
    above: Bound.optional(),
    /** Once tripped, it holds again only at or beyond this; by default the bound itself. */
    clearsAt: Bound.optional(),
    /** A reading older than this is none. */
    staleAfter: z.string(),
    /** How long readings must have been good without a break before it holds again. */
    holdFor: z.string().default("0 s"),
    /** The devices on which nothing new is started while it does not hold; by default all. */
    holds: z.array(Name).min(1).optional(),
    /** Whether what it has suspended goes on by itself, or after a person's word. */
    resumes: z.enum(["automatically", "person"]).default("person"),
  })
  .refine(({ below, above }) => (below === undefined) !== (above === undefined), {
    message: "write either below or above",
    path: ["channel"],
  });
export type InterlockRule = z.infer<typeof InterlockRule>;

/** `safety` of `lab.yaml`: what nobody may ask of the lab, and when nothing new is started. */
export const SafetyDocument = z.strictObject({
  envelope: z.array(EnvelopeRule).default([]),
  interlocks: z.record(Name, InterlockRule).default({}),
});
export type SafetyDocument = z.infer<typeof SafetyDocument>;
