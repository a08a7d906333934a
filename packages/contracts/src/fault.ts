import * as z from "zod";

/**
 * An expected failure, as data: what is wrong, where, and what would mend it.
 *
 * `code` is dotted and stable (`protocol.unknownDevice`); `path` names the place inside a value, `file`, `line` and
 * `column` (both from 1) the place inside a text.
 */
export const Fault = z.object({
  code: z.string().regex(/^[a-z]+(\.[a-zA-Z]+)+$/),
  message: z.string().min(1),
  path: z.string().optional(),
  file: z.string().optional(),
  line: z.number().int().min(1).optional(),
  column: z.number().int().min(1).optional(),
  hint: z.string().optional(),
});
export type Fault = z.infer<typeof Fault>;

/** A value, or every reason why there is none. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Fault[] };
