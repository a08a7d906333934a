import { Text, ValueSpec, ValueSpecs } from "@labloop/contracts";
import * as z from "zod";
import { Encoding } from "./wire.ts";

/** A file's name or a text with `{command}`, `{stamp}` and parameters in it. */
const Template = z.string().min(1);

/** Where one value of a result stands in a file with separated values. */
const from = {
  /** The column's heading, or its number, from 1, in a file without headings. */
  column: z.union([z.string(), z.number().int().min(1)]).optional(),
  /** The first cell of a row whose second cell is the value: `Net weight,12.5`. */
  label: z.string().optional(),
  /** Of a column, which row: the first, the last, or by number below the heading, from 1. */
  row: z.union([z.enum(["first", "last"]), z.number().int().min(1)]).default("last"),
  /** From the unit in the file to that which is announced. */
  times: z.number().default(1),
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
  /** Below the exchange folder. */
  folder: z.string().default("."),
  file: Template,
  text: z.string(),
  encoding: Encoding.default("utf-8"),
  /** How lines end. */
  lineEnd: z.enum(["crlf", "lf"]).default("crlf"),
  /** An empty file, put beside the request once that is complete: the sign to begin. */
  sentinel: Template.optional(),
  /**
   * What the instrument's computer does with the request (or its sentinel): `removes` it before it begins, so that one which
   * still lies there was not begun and can be withdrawn; `removesLater`; or `leaves` it.
   */
  taken: z.enum(["removes", "removesLater", "leaves"]).default("leaves"),
});

const Result = z.strictObject({
  folder: z.string().default("."),
  /** `*` stands for anything; with `{command}` in it there is no mistaking whose result it is. */
  file: Template,
  encoding: z.union([Encoding, z.literal("auto")]).default("auto"),
  /** A file whose presence says that the result is complete; it is removed once the result is safe. */
  sentinel: Template.optional(),
  /** Column or label to what must stand there, such as the sample's id; files with anything else are left alone. */
  match: z.record(z.string(), Template).default({}),
  /** Where the file goes once a copy of it is safe: away, or it is left where it is. */
  original: z.enum(["remove", "leave"]).default("remove"),
  delimiter: z.string().length(1).default(","),
  decimal: z.enum([".", ","]).default("."),
  /** Rows between the headings and the first row of values, such as one of units. */
  skipRows: z.number().int().min(0).default(0),
  /** A module whose default export is a `FileParser`, seen from the declaration; it takes the place of columns. */
  parser: z.string().optional(),
  values: z.record(z.string(), ReadValue),
});

const DeclaredOperation = z.strictObject({
  title: z.string().min(1),
  version: z.string().default("1.0.0"),
  params: ValueSpecs.default({}),
  retryClass: z.enum(["idempotent", "retry-safe", "non-repeatable"]).default("non-repeatable"),
  /** Lab time; a result that has not come by `maxMs` leaves the command in doubt. */
  duration: z.strictObject({ typicalMs: z.number().int().min(0), maxMs: z.number().int().min(1_000) }),
  /** Without one the instrument, or a person at it, begins by itself. */
  request: Request.optional(),
  result: Result,
});
export type DeclaredOperation = z.infer<typeof DeclaredOperation>;

/** An instrument whose computer only exchanges files, as its declaration gives it. */
export const FileDropDeclaration = z.strictObject({
  kind: z.string().min(1),
  version: z.string().min(1),
  capability: z.string().min(1),
  title: Text,
  /** Where the format of the files is described, and whether the declaration has met the instrument. */
  provenance: z.strictObject({ manual: z.string().min(1), metHardware: z.boolean() }),
  /** From one look at a folder to the next, real time. */
  everyMs: z.number().int().min(50).default(1_000),
  /** A file counts as complete when size and time of change were the same in so many looks, over so long. */
  still: z
    .strictObject({ looks: z.number().int().min(2).default(2), forMs: z.number().int().min(0).default(1_000) })
    .prefault({}),
  operations: z.record(z.string(), DeclaredOperation),
});
export type FileDropDeclaration = z.infer<typeof FileDropDeclaration>;
