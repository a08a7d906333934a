import * as z from "zod";
import { Name } from "../ids.ts";

/** What may accompany any message: a W3C traceparent, and an Ed25519 signature over the message without `sig` (RFC 8785). */
const accompanying = { trace: z.string().optional(), kid: z.string().optional(), sig: z.string().optional() };

/** What every message about one device begins with (contract section 4). */
export const envelope = {
  v: z.literal(1),
  device: Name,
  issuedAt: z.iso.datetime({ precision: 3 }),
  ...accompanying,
};

/** The same from an engine, under the epoch of its lease. */
export const fromEngine = { ...envelope, epoch: z.number().int().min(1), engineId: z.string() };

/** What a message about the whole lab, or a cell, begins with. */
export const labWide = { v: z.literal(1), ...accompanying };

export const count = z.number().int().min(0);
export const stopId = z.number().int().min(1);
