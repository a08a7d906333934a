import * as z from "zod";
import { Actor } from "../actor.ts";
import { DeviceCaps } from "../capability.ts";
import { ClockAnchor } from "../clock-anchor.ts";
import { CommandId, Sha256 } from "../ids.ts";
import { count, envelope, labWide, stopId } from "./envelope.ts";

/** Birth (`online`) or death (the will) of a device's connection; retained. */
export const DeviceState = z.object({
  ...envelope,
  kind: z.literal("state"),
  online: z.boolean(),
  journalId: z.string(),
  bootId: z.string(),
  bdSeq: count,
  jseq: count,
  fence: count,
  capsHash: Sha256,
  mode: z.enum(["real", "simulated"]),
  /** The lab clock that its driver keeps (contract, section 10); real time where it does not say. */
  clock: z.object(ClockAnchor.shape).optional(),
  /** Staff have taken the instrument: who, and since when (D19). */
  local: z.object({ by: z.string(), since: z.iso.datetime({ precision: 3 }) }).optional(),
});
export type DeviceState = z.infer<typeof DeviceState>;

/** What a device announces, retained. */
export const CapsMessage = z.object({ ...envelope, kind: z.literal("caps"), caps: DeviceCaps });
export type CapsMessage = z.infer<typeof CapsMessage>;

/**
 * What a driver knows of its instrument's condition. `attention` asks a person to see to it, and keeps nothing from being
 * sent; `unknown` when the driver could not tell, and `message` says why. `since` is when the state began, by the device's
 * wall clock.
 */
export const Health = z.object({
  state: z.enum(["ok", "attention", "unknown"]),
  message: z.string().max(500).optional(),
  since: z.iso.datetime({ precision: 3 }),
});
export type Health = z.infer<typeof Health>;

export const Heartbeat = z.object({
  ...envelope,
  kind: z.literal("hb"),
  bootId: z.string(),
  n: count,
  tMono: z.number(),
  running: z.array(CommandId),
  jseq: count,
  /** Why the device cannot work now, when it cannot: its journal or its wire is down. */
  degraded: z.string().optional(),
  /** What its driver knows of the instrument, where it says so at all and has contact with it. */
  health: Health.optional(),
  /** The highest stop that the device knows; 0 or absent for none. */
  stopId: count.optional(),
  /** The device's own interlocks by name: true while satisfied. */
  interlocks: z.record(z.string(), z.boolean()).optional(),
  /** How far the device's wall clock is ahead of the engine's at most, ms (contract section 10). */
  clockOffsetMs: z.number().optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** One reading of a channel; `tMono` is the device's, `n` counts the channel's readings from 0. */
export const Reading = z.object({
  channel: z.string(),
  value: z.number(),
  unit: z.string(),
  tMono: z.number(),
  n: count,
  valid: z.boolean(),
});
export type Reading = z.infer<typeof Reading>;

/** Telemetry in batches, never one message a point. */
export const Telemetry = z.object({
  ...envelope,
  kind: z.literal("tel"),
  bootId: z.string(),
  readings: z.array(Reading).min(1).max(1_000),
});
export type Telemetry = z.infer<typeof Telemetry>;

/** One chunk of a large result: at most 128 KiB before base64; `crc32` is over the chunk's bytes. */
export const BlobChunk = z.object({
  ...envelope,
  kind: z.literal("blob"),
  sha256: Sha256,
  idx: count,
  n: z.number().int().min(1),
  crc32: z.number().int().min(0).max(0xffffffff),
  data: z.base64(),
});
export type BlobChunk = z.infer<typeof BlobChunk>;

/** The engine's heartbeat on a cell: what devices judge clocks and their watchdog by. */
export const EngineHeartbeat = z.object({
  ...labWide,
  kind: z.literal("engine-hb"),
  epoch: z.number().int().min(1),
  n: count,
  at: z.iso.datetime({ precision: 3 }),
});
export type EngineHeartbeat = z.infer<typeof EngineHeartbeat>;

/** The engine's presence on a cell; retained, and the will. */
export const EngineState = z.object({
  ...labWide,
  kind: z.literal("engine"),
  engineId: z.string(),
  epoch: z.number().int().min(1),
  online: z.boolean(),
  at: z.iso.datetime({ precision: 3 }),
});
export type EngineState = z.infer<typeof EngineState>;

/**
 * The E-STOP of the whole lab, retained (contract section 12). Of two the higher `stopId` counts, and of the same one the
 * active.
 */
export const Estop = z.object({
  ...labWide,
  kind: z.literal("estop"),
  stopId,
  active: z.boolean(),
  scope: z.literal("lab"),
  reason: z.string(),
  by: Actor,
  at: z.iso.datetime({ precision: 3 }),
});
export type Estop = z.infer<typeof Estop>;
