import { RetryClass, Text, ValueSpecs } from "@labloop/contracts";
import * as z from "zod";

const minuteMs = 60_000;
const minutes = z
  .number()
  .positive()
  .max(100_000)
  .transform((count) => Math.ceil(count * minuteMs));

/** One thing that people of a lab do, as they are asked for it. */
const Act = z.strictObject({
  title: z.string().min(1),
  instructions: Text.describe("What to do, in words. The parameters are shown beside it."),
  params: ValueSpecs.default({}),
  result: ValueSpecs.default({}),
  fields: z
    .record(z.string(), z.strictObject({ label: Text.optional(), input: z.enum(["barcode"]).optional() }))
    .default({})
    .describe("How a value is called on the form, and whether a bar code scanner types it."),
  retryClass: RetryClass.default("non-repeatable"),
  typicalMinutes: minutes,
  maxMinutes: minutes.describe("After so long without an answer nobody knows whether it was done."),
});

/** A person as a device: what they can be asked to do. */
export const PersonDeclaration = z.strictObject({
  kind: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  capability: z
    .string()
    .min(1)
    .describe("The role that they play in protocols, as an instrument would: `balance` for somebody who reads one."),
  title: z.strictObject({ en: z.string().min(1), ja: z.string().min(1).optional() }),
  operations: z.record(z.string().regex(/^[a-z][A-Za-z0-9-]*$/), Act),
});
export type PersonDeclaration = z.infer<typeof PersonDeclaration>;
