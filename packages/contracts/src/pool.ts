import * as z from "zod";
import { type Design, type Study, StudyConstraint } from "./study.ts";

export const poolInputKinds = ["continuous", "integer", "levels", "ordinal", "categorical"] as const;
export const poolGoals = ["maximise", "minimise"] as const;

/** One input of a pool; bounds, levels and options are those that occur in the table where they are not given. */
export const PoolInput = z.strictObject({
  kind: z.enum(poolInputKinds),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  scale: z.enum(["linear", "log"]).optional(),
  step: z.number().positive().optional(),
  /** Numbers in any order for `levels`; names in the order that means something for `ordinal`. */
  levels: z.array(z.union([z.number(), z.string()])).optional(),
  options: z.array(z.union([z.number(), z.string()])).optional(),
  encoding: z.enum(["hamming", "one-hot", "descriptors"]).optional(),
  /** A CSV beside the document with a row an option, found by the column `key`; its numeric columns describe the options. */
  descriptors: z.strictObject({ table: z.string().min(1), key: z.string().min(1) }).optional(),
});
export type PoolInput = z.infer<typeof PoolInput>;

/** One measured column to improve; `levels` makes numbers, 0 upwards, of names that are listed from worst or lowest upwards. */
export const PoolObjective = z.strictObject({
  goal: z.enum(poolGoals),
  unit: z.string().optional(),
  levels: z
    .array(z.union([z.number(), z.string()]))
    .min(2)
    .optional(),
  reference: z.number().optional(),
});
export type PoolObjective = z.infer<typeof PoolObjective>;

/**
 * POOL.yaml: past experiments in a table, and what of it was varied and what was to be improved.
 *
 * An input may be written as its kind alone, an objective as its goal alone. `replicates` says what a campaign reads where a
 * design was measured more than once: one of the readings at random, their mean, or the first.
 */
export const PoolDocument = z.strictObject({
  schemaVersion: z.literal(1),
  pool: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, "letters, digits, dots, dashes and underscores"),
  title: z.string().min(1).optional(),
  table: z.string().min(1),
  inputs: z.record(z.string().min(1), z.union([z.string(), PoolInput])),
  constraints: z.array(StudyConstraint).default([]),
  objectives: z.record(z.string().min(1), z.union([z.string(), PoolObjective])),
  replicates: z.enum(["one", "mean", "first"]).default("one"),
  /** How many random designs every campaign begins with. */
  starts: z.number().int().min(1).default(2),
});
export type PoolDocument = z.infer<typeof PoolDocument>;

/** A checked pool: the study it stands for, and its rows, each with one value an objective in the objectives' order. */
export interface PoolTable {
  readonly name: string;
  readonly title: string;
  /** Without candidates: those are the distinct designs of the rows. */
  readonly study: Study;
  readonly rows: readonly { readonly design: Design; readonly values: readonly number[] }[];
  /** Rows of the table that lack an input or an objective and are left out. */
  readonly dropped: number;
  readonly replicates: PoolDocument["replicates"];
  readonly starts: number;
  /** What of its tables is not used, and might be thought to be: sentences for who reads a result. */
  readonly remarks: readonly string[];
}
