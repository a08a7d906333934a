import type { DeviceCaps, Json } from "@labloop/contracts";
import * as z from "zod";
import { capsOf } from "../caps-of.ts";
import type { DeclaredFault } from "../declare/fault-declaration.ts";
import type { DeviceDefinition } from "../define-device.ts";

/** A JSON Schema, as plain data. */
export type JsonSchema = { readonly [key: string]: Json };

/**
 * Everything that is declared of a kind of device, as plain data: what it announces, and what only its definition knows.
 * All that is written about a device comes from its sheet.
 */
export interface DeviceSheet {
  readonly caps: DeviceCaps;
  readonly title: { readonly en: string; readonly ja: string };
  /** Where its wire was read; null for a driver that runs elsewhere. */
  readonly provenance: DeviceDefinition["provenance"] | null;
  readonly docs: string | null;
  /** Of its part of the lab file; null when nobody here knows it. */
  readonly config: JsonSchema | null;
  /** By operation, where there is more than the title. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly faults: readonly DeclaredFault[];
}

/** Returns the sheet of a device that is run here. */
export function sheetOf<Config, Session>(definition: DeviceDefinition<Config, Session>): DeviceSheet {
  const { title, provenance, docs = null, faults = {}, operations } = definition;
  const descriptions = Object.entries(operations).flatMap(([name, { description }]) =>
    description === undefined ? [] : [[name, description] as const],
  );
  return {
    caps: capsOf(definition, { serial: null, firmware: null, heartbeatMs: 1_000 }),
    title,
    provenance,
    docs,
    config: schemaOfType(definition.config),
    descriptions: Object.fromEntries(descriptions),
    faults: Object.values(faults).map(({ code, message, hint, physical }) => ({
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      physical,
    })),
  };
}

/** Returns the sheet of a device that runs elsewhere, in another language perhaps, from what it announces. */
export function sheetOfAnnounced(caps: DeviceCaps): DeviceSheet {
  const title = { en: caps.kind, ja: caps.kind };
  const nothing = { provenance: null, docs: null, config: null };
  return { caps, title, descriptions: {}, faults: [], ...nothing };
}

/** Returns the JSON Schema (draft 7, which editors and AsyncAPI read) of what somebody writes or sends. */
export function schemaOfType(type: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: "input", target: "draft-7", unrepresentable: "any" });
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}
