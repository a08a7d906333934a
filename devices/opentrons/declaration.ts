import { Text, ValueSpec, ValueSpecs } from "@labloop/contracts";
import * as z from "zod";

/** Where one value stands in what the robot has done. */
const from = {
  command: z
    .string()
    .optional()
    .describe("The kind of command whose result holds it, as the robot names it: `liquidProbe`."),
  path: z.string().optional().describe("The name in the command's result, with points between levels: `z_position`."),
  which: z
    .enum(["first", "last"])
    .default("last")
    .describe("Which of those commands: the first, or the last; a series takes all of them."),
  comment: z
    .string()
    .optional()
    .describe(
      'What a comment of the protocol begins with: `protocol.comment("height: 12.5")` is the comment `height`.',
    ),
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

const DeclaredOperation = z.strictObject({
  title: z.string().min(1),
  version: z.string().default("1.0.0"),
  protocol: z.string().min(1).describe("The protocol for the robot, Python or JSON, seen from the declaration."),
  labware: z.array(z.string()).default([]).describe("Definitions of labware of one's own, seen from the declaration."),
  params: ValueSpecs.default({}).describe(
    "Each is a run-time parameter of the protocol by the same name; quantities go as numbers in the unit announced.",
  ),
  retryClass: z.enum(["retry-safe", "non-repeatable"]).default("non-repeatable"),
  duration: z.strictObject({ typicalMs: z.number().int().min(0), maxMs: z.number().int().min(1_000) }),
  recovery: z
    .enum(["stop", "resume", "assume-false-positive", "wait"])
    .default("stop")
    .describe(
      "What becomes of a run in which a step went wrong such that the robot can go on: it is stopped; goes on from however the failed step left it; goes on as if it had not failed; or waits for a person at the robot.",
    ),
  result: z.record(z.string(), ReadValue).default({}),
});
export type DeclaredOperation = z.infer<typeof DeclaredOperation>;

/** An Opentrons robot with the protocols it is used for, as its declaration gives it. */
export const OpentronsDeclaration = z.strictObject({
  kind: z.string().min(1),
  version: z.string().min(1),
  capability: z.string().min(1),
  title: Text,
  operations: z.record(z.string(), DeclaredOperation),
});
export type OpentronsDeclaration = z.infer<typeof OpentronsDeclaration>;
