import * as z from "zod";
import { Actor } from "./actor.ts";
import { AccessLabel } from "./campaign.ts";
import { CommandId, Sha256, Ulid } from "./ids.ts";
import { Calibration } from "./lab.ts";
import { Design } from "./study.ts";
import { PhotoReference } from "./quantity.ts";

/** A value that may be unknown; what is unknown says why. */
function known<T extends z.ZodType>(schema: T) {
  return z.union([z.strictObject({ value: schema }), z.strictObject({ value: z.null(), reason: z.string() })]);
}

/** Which device did a step, as it announced itself then. */
export const StepProvenance = z.strictObject({
  step: z.string(),
  commandId: CommandId,
  attempt: z.number().int().min(1),
  device: z.string(),
  serial: known(z.string()),
  driver: z.string(),
  driverVersion: z.string(),
  /** Not in journals of before it was kept. */
  firmware: known(z.string()).optional(),
  operation: z.string(),
  operationVersion: z.string(),
  calibration: known(Calibration),
  startedAt: known(z.iso.datetime({ precision: 3 })),
  endedAt: z.iso.datetime({ precision: 3 }),
  /** SHA-256 of the canonical JSON of what the device returned. */
  rawDigest: Sha256,
  /** Photos of its result, by name; their bytes lie beside the journal, in `photos/<command>/`. */
  photos: z.record(z.string(), PhotoReference).optional(),
  /** Set when no device reported the result: entered by hand, or taken from decisive evidence when `by` is null. */
  entered: z.strictObject({ by: Actor.nullable(), confirmedBy: Actor.nullable(), reason: z.string() }).optional(),
});
export type StepProvenance = z.infer<typeof StepProvenance>;

/** One observed quantity. */
export const ObservedValue = z.strictObject({
  value: z.number(),
  unit: z.string(),
  /** One standard uncertainty, in the same unit. */
  uncertainty: known(z.number()),
});
export type ObservedValue = z.infer<typeof ObservedValue>;

/**
 * The outcome of one run, with everything that a later reader needs to trust it. What was not recorded during a run is
 * lost, so every field is there from the first version; what is unknown is null with a reason.
 */
export const Observation = z.strictObject({
  observationId: Ulid,
  campaignId: Ulid,
  campaign: z.string(),
  runId: Ulid,
  /** Set for what is no experiment: a control sample, which no model learns from. */
  purpose: z.literal("control").optional(),
  /** Null for a control sample: nobody proposed it. */
  proposalId: Ulid.nullable(),
  /** The step whose result settled the run; one observation a step, for ever (E4). */
  stepId: Ulid,
  sample: z.strictObject({ id: Ulid, parents: z.array(Ulid) }),
  requested: Design,
  executed: known(Design),
  /** Null when the run failed: then `failure` says how. */
  values: z.record(z.string(), ObservedValue).nullable(),
  /**
   * What could be computed of a failed run from the steps that succeeded; absent where that is nothing. It is kept for
   * readers: no model learns from it, and nobody vouches for it when the sample is suspect.
   */
  partial: z.record(z.string(), ObservedValue).optional(),
  failure: z
    .strictObject({
      class: z.enum(["crash", "infeasible", "instrument", "censored", "in-doubt", "aborted"]),
      code: z.string(),
      message: z.string(),
    })
    .nullable(),
  /** How many times this executed point had been measured before, plus one. */
  replicate: z.number().int().min(1),
  /** What the lab was when it was measured, for good. */
  mode: z.enum(["real", "simulated"]),
  actor: z.strictObject({ kind: z.enum(["operator", "agent"]), name: z.string() }),
  access: AccessLabel,
  dataManager: z.string(),
  grant: known(z.string()),
  protocol: z.strictObject({ name: z.string(), version: z.string(), digest: Sha256 }),
  planDigest: Sha256,
  /** The surrogate behind the proposal: SHA-256 of its summary; null where there was no proposal. */
  modelId: Sha256.nullable(),
  steps: z.array(StepProvenance),
  observedAt: z.iso.datetime({ precision: 3 }),
});
export type Observation = z.infer<typeof Observation>;
