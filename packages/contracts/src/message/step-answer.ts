import * as z from "zod";
import { Values } from "../quantity.ts";

/**
 * What a person says of a step that they were asked to do: it is `done`, with its result and, where they did it otherwise
 * than asked, with what they did; it was `not-done`, and may be asked again; or it is `impossible`.
 */
export const StepAnswer = z.discriminatedUnion("as", [
  z.strictObject({ as: z.literal("done"), result: Values, executed: Values.optional() }),
  z.strictObject({ as: z.literal("not-done"), reason: z.string().min(1).max(1_000) }),
  z.strictObject({ as: z.literal("impossible"), reason: z.string().min(1).max(1_000) }),
]);
export type StepAnswer = z.infer<typeof StepAnswer>;
