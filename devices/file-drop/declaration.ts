import { Text, ValueSpec, ValueSpecs } from "@labloop/contracts";
import * as z from "zod";
import { Encoding } from "./wire.ts";

/** A file's name or a text with `{command}`, `{stamp}` and parameters in it. */
const Template = z.string().min(1);

/** Where one value of a result stands in a file with separated values. */
const from = {
  column: z
    .union([z.string(), z.number().int().min(1)])
    .optional()
    .describe("The column's heading, or its number, from 1, in a file without headings."),
  label: z.string().optional().describe("The first cell of a row whose second cell is the value: `Net weight,12.5`."),
  row: z
    .union([z.enum(["first", "last"]), z.number().int().min(1)])
    .default("last")
    .describe("Of a column, which row: the first, the last, or by number below the heading, from 1."),
  times: z.number().default(1).describe("From the unit in the file to that which is announced."),
};
const [quantity, series, text, integer, boolean] = ValueSpec.options;
const ReadValue = z.discriminatedUnion("type", [
  quantity.extend(from),
  series.extend(from),
  text.extend(from),
  integer.extend(from),
  boolean.extend(from),
]);
export type ReadValue = z.infer<typeof ReadValue>;

const Request = z.strictObject({
  folder: z.string().default(".").describe("Below the exchange folder."),
  file: Template,
  text: z.string(),
  encoding: Encoding.default("utf-8"),
  lineEnd: z.enum(["crlf", "lf"]).default("crlf").describe("How lines end."),
  sentinel: Template.optional().describe(
    "An empty file, put beside the request once that is complete: the sign to begin.",
  ),
  taken: z
    .enum(["removes", "removesLater", "leaves"])
    .default("leaves")
    .describe(
      "What the instrument's computer does with the request (or its sentinel): `removes` it before it begins, so that one which still lies there was not begun and can be withdrawn; `removesLater`; or `leaves` it.",
    ),
});

const Result = z.strictObject({
  folder: z.string().default("."),
  file: Template.describe("`*` stands for anything; with `{command}` in it there is no mistaking whose result it is."),
  encoding: z.union([Encoding, z.literal("auto")]).default("auto"),
  sentinel: Template.optional().describe(
    "A file whose presence says that the result is complete; it is removed once the result is safe.",
  ),
  match: z
    .record(z.string(), Template)
    .default({})
    .describe(
      "Column or label to what must stand there, such as the sample's id; files with anything else are left alone.",
    ),
  original: z
    .enum(["remove", "leave"])
    .default("remove")
    .describe("Where the file goes once a copy of it is safe: away, or it is left where it is."),
  delimiter: z.string().length(1).default(","),
  decimal: z.enum([".", ","]).default("."),
  skipRows: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("Rows between the headings and the first row of values, such as one of units."),
  parser: z
    .string()
    .optional()
    .describe(
      "A module whose default export is a `FileParser`, seen from the declaration; it takes the place of columns.",
    ),
  values: z.record(z.string(), ReadValue),
});

const DeclaredOperation = z.strictObject({
  title: z.string().min(1),
  version: z.string().default("1.0.0"),
  params: ValueSpecs.default({}),
  retryClass: z.enum(["idempotent", "retry-safe", "non-repeatable"]).default("non-repeatable"),
  duration: z
    .strictObject({ typicalMs: z.number().int().min(0), maxMs: z.number().int().min(1_000) })
    .describe("Lab time; a result that has not come by `maxMs` leaves the command in doubt."),
  request: Request.optional().describe("Without one the instrument, or a person at it, begins by itself."),
  result: Result,
});
export type DeclaredOperation = z.infer<typeof DeclaredOperation>;

/** An instrument whose computer only exchanges files, as its declaration gives it. */
export const FileDropDeclaration = z.strictObject({
  kind: z.string().min(1),
  version: z.string().min(1),
  capability: z.string().min(1),
  title: Text,
  provenance: z
    .strictObject({ manual: z.string().min(1), metHardware: z.boolean() })
    .describe("Where the format of the files is described, and whether the declaration has met the instrument."),
  everyMs: z.number().int().min(50).default(1_000).describe("From one look at a folder to the next, real time."),
  still: z
    .strictObject({ looks: z.number().int().min(2).default(2), forMs: z.number().int().min(0).default(1_000) })
    .prefault({})
    .describe("A file counts as complete when size and time of change were the same in so many looks, over so long."),
  operations: z.record(z.string(), DeclaredOperation),
});
export type FileDropDeclaration = z.infer<typeof FileDropDeclaration>;
