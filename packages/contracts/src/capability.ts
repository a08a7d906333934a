import * as z from "zod";
import { ValueSpecs } from "./quantity.ts";
import { Text } from "./text.ts";

/**
 * What may be done when it is unknown whether a command ran (contract section 11): `idempotent` and `retry-safe` may be
 * attempted again by policy; `non-repeatable`, the default, only on decisive evidence or a person's word.
 */
export const RetryClass = z.enum(["idempotent", "retry-safe", "non-repeatable"]);
export type RetryClass = z.infer<typeof RetryClass>;

/** What a person is asked to do, where an operation is theirs: in words, and how each value is best entered. */
export const Asks = z.strictObject({
  instructions: Text,
  /** By the name of a parameter or a result. A bar code is what a scanner types. */
  fields: z
    .record(z.string(), z.strictObject({ label: Text.optional(), input: z.enum(["barcode"]).optional() }))
    .default({}),
});
export type Asks = z.infer<typeof Asks>;

/**
 * How an expected duration follows from parameters, so that whoever plans can tell it without the driver: `baseMs`, and for
 * each term its `ms` times the parameters in `of`, divided by those in `per`; each a number in the unit of its spec.
 */
export const DurationFormula = z.strictObject({
  baseMs: z.number().min(0).default(0),
  terms: z
    .array(
      z.strictObject({
        ms: z.number(),
        of: z.array(z.string()).max(8).optional(),
        per: z.array(z.string()).max(8).optional(),
      }),
    )
    .min(1)
    .max(8),
});
export type DurationFormula = z.infer<typeof DurationFormula>;

/** How long an operation lasts, in lab time: `typicalMs` feeds the plan, unless `byParams` says it better; `maxMs` is the run deadline. */
export const Duration = z.object({
  typicalMs: z.number().int().min(0),
  maxMs: z.number().int().min(1),
  byParams: DurationFormula.optional(),
});
export type Duration = z.infer<typeof Duration>;

/** One operation of a device, as announced: what it takes, what it returns, how long it lasts in lab time. */
export const OperationCaps = z.object({
  title: z.string(),
  version: z.string(),
  params: ValueSpecs,
  result: ValueSpecs,
  retryClass: RetryClass,
  duration: Duration,
  /** Whether a running command may be asked to stop without harm (D8). */
  stoppable: z.boolean(),
  /** Whether a running command may be paused and resumed without harm. */
  pausable: z.boolean().optional(),
  /** Whether it reports parts of its result while it runs (D20). */
  partial: z.boolean().optional(),
  /** Whether the device can look for evidence that a command took place. */
  probes: z.boolean().optional(),
  /** Set where a person carries it out, and says how it went. */
  asks: Asks.optional(),
  /** What it holds while it runs, such as `arm` or `deck`; operations without a lock in common may run side by side (D14). */
  locks: z.array(z.string()).optional(),
});
export type OperationCaps = z.infer<typeof OperationCaps>;

/** What the values of `with` may be, as they stand in YAML: `10 g`, 3, true. */
export const RenewWith = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/**
 * What of a device's values rests on a calibration, how often that is due, and how it is done: what a lab file's
 * `calibration` builds on.
 */
export const CalibrationNeed = z.object({
  /** `operation.result`. */
  values: z.array(z.string()),
  everyDays: z.number().int().min(1).max(36_500),
  /** What is done, in words. */
  method: z.string(),
  /** What it is calibrated against, where that is always the same. */
  reference: z.string().min(1).optional(),
  noticeDays: z.number().int().min(0).optional(),
  whenExpired: z.enum(["hold", "warn"]).optional(),
  /** The device's own operation that calibrates it. */
  renew: z.object({ operation: z.string(), with: RenewWith.optional() }).optional(),
});
export type CalibrationNeed = z.infer<typeof CalibrationNeed>;

/** What a device announces of itself: its capability, its operations and their limits. */
export const DeviceCaps = z.object({
  kind: z.string(),
  /** The role it can play in a protocol, for example `fdm-printer`. */
  capability: z.string(),
  driverVersion: z.string(),
  serial: z.string().nullable(),
  firmware: z.string().nullable(),
  operations: z.record(z.string(), OperationCaps),
  contract: z.object({ major: z.literal(1), features: z.array(z.string()) }),
  heartbeatMs: z.number().int().min(100),
  /** Channel to unit, of what it reports as telemetry. */
  telemetry: z.record(z.string(), z.strictObject({ unit: z.string(), description: z.string().optional() })).optional(),
  /** What its values rest on, where that is a calibration. */
  calibration: CalibrationNeed.optional(),
  /** What it does when the engine falls silent for so long (D15): `hold` pauses, `finish` goes on, `safe-park` stops and parks. */
  watchdog: z
    // oxlint-disable-next-line unicorn/no-thenable -- the field's name in the contract's caps; nobody awaits it
    .strictObject({ afterMs: z.number().int().min(1_000), then: z.enum(["hold", "finish", "safe-park"]) })
    .optional(),
});
export type DeviceCaps = z.infer<typeof DeviceCaps>;
