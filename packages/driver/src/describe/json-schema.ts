import { photoLimit, photoMedia, type ValueSpec, type ValueSpecs } from "@labloop/contracts";
import type { DeviceSheet, JsonSchema } from "./device-sheet.ts";

/** Returns the JSON Schema of one value as it stands on the wire. */
function schemaOfValue(spec: ValueSpec): JsonSchema {
  const about = spec.description === undefined ? {} : { description: spec.description };
  switch (spec.type) {
    case "quantity":
      return withUnit("value", { type: "number", ...boundsOf(spec) }, spec.unit, about);
    case "series":
      return withUnit("values", { type: "array", items: { type: "number" } }, spec.unit, about);
    case "string": {
      const pattern = spec.pattern === undefined ? {} : { pattern: spec.pattern };
      const examples = spec.example === undefined ? {} : { examples: [spec.example] };
      return {
        type: "string",
        ...pattern,
        ...examples,
        ...(spec.enum === undefined ? {} : { enum: spec.enum }),
        ...about,
      };
    }
    case "integer":
      return { type: "integer", ...boundsOf(spec), ...about };
    case "boolean":
      return { type: "boolean", ...about };
    case "photo":
      return {
        type: "object",
        properties: {
          sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
          size: { type: "integer", minimum: 1, maximum: photoLimit(spec) },
          media: { enum: [...photoMedia] },
        },
        required: ["sha256", "size", "media"],
        ...about,
      };
  }
}

/** Returns the JSON Schema of named values: every name is required, and no other known. */
export function schemaOfValues(specs: ValueSpecs): JsonSchema {
  const properties = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, schemaOfValue(spec)]));
  return { type: "object", properties, required: Object.keys(specs), additionalProperties: false };
}

/**
 * Returns one JSON Schema for a kind of device. It accepts an order, `{"op": …, "params": …}`; under `definitions` are the
 * parameters and the result of each operation, and the device's config in the lab file.
 */
export function deviceSchema({ caps, title, config, descriptions }: DeviceSheet): JsonSchema {
  const operations = Object.entries(caps.operations);
  const values = operations.flatMap(([name, { params, result }]) => [
    [`${name}.params`, schemaOfValues(params)],
    [`${name}.result`, schemaOfValues(result)],
  ]);
  const orders = operations.map(([name, operation]) => ({
    title: operation.title,
    description: descriptions[name] ?? operation.title,
    type: "object",
    properties: { op: { const: name }, params: { $ref: `#/definitions/${name}.params` } },
    required: ["op", "params"],
    additionalProperties: false,
  }));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `urn:labloop:device:${caps.kind}:${caps.driverVersion}`,
    title: title.en,
    oneOf: orders,
    definitions: { ...Object.fromEntries(values), ...(config === null ? {} : { config }) },
  };
}

function withUnit(name: string, schema: JsonSchema, unit: string, about: JsonSchema): JsonSchema {
  return {
    type: "object",
    properties: { [name]: schema, unit: { const: unit } },
    required: [name, "unit"],
    ...about,
  };
}

function boundsOf({ minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined }): JsonSchema {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}
