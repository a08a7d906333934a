import { Text, ValueSpec, ValueSpecs } from "@labloop/contracts";
import * as z from "zod";

/** Where one value stands in what the robot has done. */
const from = {
  /** The kind of command whose result holds it, as the robot names it: `liquidProbe`. */
  command: z.string().optional(),
  /** The name in the command's result, with points between levels: `z_position`. */
  path: z.string().optional(),
  /** Which of those commands: the first, or the last; a series takes all of them. */
  which: z.enum(["first", "last"]).default("last"),
  /** What a comment of the protocol begins with: `protocol.comment("height: 12.5")` is the comment `height`. */
  comment: z.string().optional(),
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
  /** The protocol for the robot, Python or JSON, seen from the declaration. */
  protocol: z.string().min(1),
  /** Definitions of labware of one's own, seen from the declaration. */
  labware: z.array(z.string()).default([]),
  /** Each is a run-time parameter of the protocol by the same name; quantities go as numbers in the unit announced. */
  params: ValueSpecs.default({}),
  retryClass: z.enum(["retry-safe", "non-repeatable"]).default("non-repeatable"),
  duration: z.strictObject({ typicalMs: z.number().int().min(0), maxMs: z.number().int().min(1_000) }),
  /**
   * What becomes of a run in which a step went wrong such that the robot can go on: it is stopped; goes on from however the
   * failed step left it; goes on as if it had not failed; or waits for a person at the robot.
   */
  recovery: z.enum(["stop", "resume", "assume-false-positive", "wait"]).default("stop"),
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
