import * as z from "zod";
import { CalibrationNeed, DurationFormula, RetryClass } from "./capability.ts";
import { Sha256 } from "./ids.ts";
import { Design } from "./study.ts";
import { Value, Values, ValueSpecs } from "./quantity.ts";
import { Text } from "./text.ts";

const Key = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, "a key starts with a lower-case letter and has letters and digits only");

/** Where a step leaves the part: `appears` on a device, or is carried `from` one `to` another; without `to` it leaves. */
export const PartMove = z.strictObject({ appears: Key.optional(), from: Key.optional(), to: Key.optional() });
export type PartMove = z.infer<typeof PartMove>;

const Precond = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));

/** One action of an authored protocol: which operation of which role, with what, after what. */
export const ProtocolStep = z.strictObject({
  step: Key,
  /** `role.operation`. */
  use: z.string().regex(/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9-]*$/, "write role.operation"),
  /** Literal values, quantities such as `25 mm`, or expressions that begin with `=`. */
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  part: PartMove.optional(),
  /** Steps that must have succeeded; by default the step above. */
  after: z.array(Key).optional(),
  /** May tighten the device's retry class, never loosen it. */
  retryClass: RetryClass.optional(),
  /** What the device must read of itself right before it starts, by the names of its evidence; else nothing moves (D3). */
  precond: Precond.optional(),
});
export type ProtocolStep = z.infer<typeof ProtocolStep>;

/** `protocol.yaml`: an authored recipe, in terms of roles, never of devices. */
export const ProtocolDocument = z.strictObject({
  schemaVersion: z.literal(1),
  protocol: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "a version is written 1.0.0"),
  title: Text,
  /** Role to capability. */
  roles: z.record(Key, z.string()),
  /** What a proposal supplies: input to the unit of its number, or to the names that it may be. */
  inputs: z.record(
    Key,
    z
      .strictObject({
        unit: z.string().optional(),
        options: z.array(z.string()).min(1).optional(),
        title: Text.optional(),
      })
      .refine(({ unit, options }) => (unit === undefined) !== (options === undefined), "give it a unit, or options"),
  ),
  steps: z.array(ProtocolStep).min(1),
});
export type ProtocolDocument = z.infer<typeof ProtocolDocument>;

/** A parameter of a planned step: a value, or one that is known once roles are bound to devices. */
export const PlannedValue = z.union([
  z.strictObject({ value: Value }),
  z.strictObject({ deviceOf: z.string() }),
  z.strictObject({ place: z.string() }),
]);
export type PlannedValue = z.infer<typeof PlannedValue>;

/** One step of a plan: everything but the devices, which are bound when it is placed. */
export const PlanStep = z.strictObject({
  key: z.string(),
  role: z.string(),
  op: z.string(),
  params: z.record(z.string(), PlannedValue),
  retryClass: RetryClass,
  precond: Precond.optional(),
  typicalMs: z.number().int().min(0),
  maxMs: z.number().int().min(1),
  after: z.array(z.string()),
  /** Roles that must be free, or held by this run, while the step runs: its own, and those it takes from and puts to. */
  claims: z.array(z.string()),
  /** The role the part stands on before and after this step; null when nowhere. */
  partFrom: z.string().nullable(),
  partTo: z.string().nullable(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/**
 * How an executed parameter of a step leads back to a point of the search space: the rows of a lab table, matched on the
 * column that the protocol looked up.
 */
export const ExecutedLookup = z.strictObject({
  step: z.string(),
  param: z.string(),
  table: z.string(),
  column: z.string(),
  inputs: z.array(z.string()),
});
export type ExecutedLookup = z.infer<typeof ExecutedLookup>;

/** A parameter of a step that is an input as it stands: what the step executed says what became of that input. */
export const ExecutedInput = z.strictObject({
  step: z.string(),
  param: z.string(),
  input: z.string(),
  /** Null of an input that is a name. */
  unit: z.string().nullable(),
});
export type ExecutedInput = z.infer<typeof ExecutedInput>;

/** A compiled protocol for one proposal: immutable, digested, and carried out as one run. */
export const Plan = z.strictObject({
  protocol: z.string(),
  version: z.string(),
  protocolDigest: Sha256,
  parameters: Design,
  roles: z.record(z.string(), z.string()),
  steps: z.array(PlanStep).min(1),
  executedBy: z.array(ExecutedLookup),
  /** Absent where no step takes an input as it stands. */
  executedInputs: z.array(ExecutedInput).optional(),
});
export type Plan = z.infer<typeof Plan>;

/** What a lab can do, as plain data built from what its devices announce, so that browser, CLI and CI check alike. */
export const LabDescription = z.strictObject({
  lab: z.string(),
  mode: z.enum(["real", "simulated"]),
  devices: z.record(
    z.string(),
    z.object({
      kind: z.string(),
      capability: z.string(),
      operations: z.record(
        z.string(),
        z.object({
          params: ValueSpecs,
          result: ValueSpecs,
          retryClass: RetryClass,
          duration: z.object({ typicalMs: z.number(), maxMs: z.number(), byParams: DurationFormula.optional() }),
        }),
      ),
      /** Channel to unit, of what it reports as telemetry. */
      telemetry: z.record(z.string(), z.string()).optional(),
      /** Real time from one reading to the next, ms; left out where the driver does not say. */
      telemetryEveryMs: z.number().optional(),
      calibration: CalibrationNeed.optional(),
    }),
  ),
  places: z.array(z.string()),
  /** Named tables: each row maps column to a number or a text. */
  tables: z.record(
    z.string(),
    z.strictObject({
      columns: z.array(z.string()),
      rows: z.array(z.record(z.string(), z.union([z.number(), z.string()]))),
    }),
  ),
  /** What is there beside, while the lab has faults: nobody can say that it is missing, or what it cannot do. */
  unknown: z
    .strictObject({
      /** Device to the capability that the lab file counts on it for; null where it does not say. */
      devices: z.record(z.string(), z.string().nullable()),
      tables: z.array(z.string()),
      /** Of what there may be more, whatever its name. */
      more: z.array(z.enum(["devices", "places", "tables"])),
    })
    .optional(),
});
export type LabDescription = z.infer<typeof LabDescription>;

/** Results of a run's steps, by step key: what an observation is computed from. */
export const StepResults = z.record(z.string(), Values);
export type StepResults = z.infer<typeof StepResults>;
