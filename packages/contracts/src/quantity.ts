import * as z from "zod";
import { Sha256 } from "./ids.ts";
import { largestPhotoBytes, photoMedia } from "./photo.ts";

/** A number with its unit, as it stands on the wire: `{"value": 50, "unit": "uL"}`. */
export const Quantity = z.object({ value: z.number(), unit: z.string() });
export type Quantity = z.infer<typeof Quantity>;

/** A measured series, equally long for every channel of one result: `{"values": [...], "unit": "N"}`. */
export const Series = z.object({ values: z.array(z.number()), unit: z.string() });
export type Series = z.infer<typeof Series>;

/** A photo as it stands in a result: what it is and where it is found. Its bytes are kept beside the journal. */
export const PhotoReference = z.object({
  sha256: Sha256,
  size: z.number().int().min(1),
  media: z.enum(photoMedia),
});
export type PhotoReference = z.infer<typeof PhotoReference>;

/** What a parameter, a result or an executed parameter can be. */
export const Value = z.union([Quantity, Series, PhotoReference, z.string(), z.number(), z.boolean()]);
export type Value = z.infer<typeof Value>;

/** Named values: the parameters of a command, or what it returned. */
export const Values = z.record(z.string(), Value);
export type Values = z.infer<typeof Values>;

/** Returns the photos among named values, by name. */
export function photosIn(values: Values): Record<string, PhotoReference> {
  const photos = Object.entries(values).flatMap(([name, value]) =>
    typeof value === "object" && "sha256" in value ? [[name, value] as const] : [],
  );
  return Object.fromEntries(photos);
}

/**
 * What one named value must be. Plain data, with JSON Schema's words and a unit, so that browser, CLI, CI and drivers
 * in any language check alike. Bounds are inclusive and in `unit`.
 */
export const ValueSpec = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("quantity"),
    unit: z.string(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    description: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("series"),
    unit: z.string(),
    description: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("string"),
    pattern: z.string().optional(),
    /** What people are shown instead of the pattern, which it has to match: `CYL-007`. */
    example: z.string().optional(),
    enum: z.array(z.string()).optional(),
    description: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("integer"),
    minimum: z.number().int().optional(),
    maximum: z.number().int().optional(),
    description: z.string().optional(),
  }),
  z.strictObject({ type: z.literal("boolean"), description: z.string().optional() }),
  /** A photo that a person takes, so only a result of an operation that is theirs. */
  z.strictObject({
    type: z.literal("photo"),
    /** The most that it may weigh; 12 MB when left out. */
    maxBytes: z.number().int().min(1).max(largestPhotoBytes).optional(),
    description: z.string().optional(),
  }),
]);
export type ValueSpec = z.infer<typeof ValueSpec>;

/** The named values an operation takes or returns; every one is required. */
export const ValueSpecs = z.record(z.string(), ValueSpec);
export type ValueSpecs = z.infer<typeof ValueSpecs>;
