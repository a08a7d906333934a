import * as z from "zod";
import {
  Ack,
  Answer,
  Actor,
  BlobChunk,
  CancelCommand,
  CapsMessage,
  CommandError,
  CommandId,
  CommandState,
  ControlResult,
  DeviceCaps,
  DeviceMessage,
  DeviceState,
  EngineControl,
  EngineHeartbeat,
  EngineState,
  Estop,
  Execute,
  Fence,
  GetBlob,
  Heartbeat,
  Json,
  Name,
  OpenCommand,
  OperationCaps,
  Pause,
  PhotoReference,
  Physical,
  Probe,
  ProbeOutcome,
  ProbeResult,
  Progress,
  Quantity,
  Reading,
  Reconcile,
  Refusal,
  RefusalCode,
  Report,
  ResultRef,
  Resume,
  RetryClass,
  Series,
  Sha256,
  Snapshot,
  SnapshotEntry,
  StableState,
  StepAnswer,
  Stopped,
  Telemetry,
  Ulid,
  Value,
  ValueSpec,
  ValueSpecs,
  Values,
} from "./index.ts";

/** The shapes that cross the wire between an engine and a device, or that their announcements are made of. */
const onTheWire = {
  Name,
  Ulid,
  CommandId,
  Sha256,
  Json,
  Actor,
  Quantity,
  Series,
  PhotoReference,
  Value,
  Values,
  ValueSpec,
  ValueSpecs,
  RetryClass,
  OperationCaps,
  DeviceCaps,
  CommandState,
  StableState,
  Physical,
  CommandError,
  ResultRef,
  Execute,
  OpenCommand,
  Reconcile,
  CancelCommand,
  Ack,
  Probe,
  Pause,
  Resume,
  StepAnswer,
  Answer,
  Fence,
  GetBlob,
  EngineControl,
  Report,
  Progress,
  RefusalCode,
  Refusal,
  SnapshotEntry,
  Snapshot,
  ProbeOutcome,
  ProbeResult,
  Stopped,
  ControlResult,
  DeviceMessage,
  DeviceState,
  CapsMessage,
  Heartbeat,
  Reading,
  Telemetry,
  BlobChunk,
  EngineHeartbeat,
  EngineState,
  Estop,
} as const;

/** JSON Schema as far as it is used here. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * Returns JSON Schemas by name, as a receiver reads: unknown fields are ignored where the contract says so. A shape that
 * has a name is referred to by it, as `#/$defs/Name`. `more` are shapes beside those of the wire, under their names.
 */
export function wireSchemas(more: Readonly<Record<string, z.ZodType>> = {}): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  const named: Readonly<Record<string, z.ZodType>> = { ...onTheWire, ...more };
  for (const [name, schema] of Object.entries(named)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/$defs/${id}`, io: "input" });
  const bare = Object.keys(named).map((name) => {
    const { $schema: _schema, $id: _id, ...schema } = schemas[name] as JsonSchema;
    return [name, schema] as const;
  });
  return Object.fromEntries(bare);
}

/** Returns the text of `schemas/wire-v1.schema.json`. */
export function wireSchemaText(): string {
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "labloop command contract, version 1: every message between an engine and a device",
    $defs: wireSchemas(),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
