import * as z from "zod";

/** A text for people, in English and, where somebody wrote it, Japanese. */
export const Text = z.strictObject({ en: z.string().min(1), ja: z.string().min(1).optional() });
export type Text = z.infer<typeof Text>;
