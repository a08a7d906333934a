import { type LabDescription, LabDocument, ProtocolDocument, type ValueSpec } from "@labloop/contracts";
import type { DeviceFamily } from "../define-family.ts";
import { type JsonSchema, schemaOfType } from "./device-sheet.ts";

const draft = "http://json-schema.org/draft-07/schema#";

/**
 * Returns the JSON Schema of `lab.yaml` for editors, with the config of each driver that this lab names: an editor completes
 * a device's keys once its `module` stands there. `configs` is by module; null where nobody here knows the config.
 */
export function labFileSchema(configs: Readonly<Record<string, JsonSchema | null>>): JsonSchema {
  const schema = schemaOfType(LabDocument) as { readonly properties: Readonly<Record<string, JsonSchema>> };
  const devices = schema.properties["devices"] ?? {};
  const known = Object.entries(configs).flatMap(([module, config]) =>
    config === null
      ? []
      : [
          {
            if: { properties: { module: { const: module } }, required: ["module"] },
            // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema; nobody awaits it
            then: { properties: { config } },
          },
        ],
  );
  const device = devices["additionalProperties"] ?? {};
  return {
    $schema: draft,
    ...schema,
    title: "A lab",
    properties: {
      ...schema.properties,
      devices: { ...devices, additionalProperties: { allOf: [device, ...known] } },
    },
  };
}

/**
 * Returns the JSON Schema of the declarations of a family for editors: what its own schema takes, below the key `driver` that
 * names it as `module`.
 */
export function declarationSchema({ family, declaration }: DeviceFamily, module: string): JsonSchema {
  const schema = schemaOfType(declaration) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required: string[];
  };
  return {
    $schema: draft,
    ...schema,
    title: `A device of the family ${family}`,
    properties: { driver: { enum: [module], description: "The family that the device is of." }, ...schema.properties },
    required: ["driver", ...schema.required],
  };
}

/** Returns the JSON Schema of a protocol for editors: the roles, operations and parameters that this lab's devices have. */
export function protocolSchema({ devices }: LabDescription): JsonSchema {
  const schema = schemaOfType(ProtocolDocument) as { readonly properties: Readonly<Record<string, JsonSchema>> };
  const { roles = {}, steps = {} } = schema.properties;
  const capabilities = [...new Set(Object.values(devices).map(({ capability }) => capability))].toSorted();
  const params = new Map<string, Map<string, Readonly<Record<string, ValueSpec>>>>();
  for (const { capability, operations } of Object.values(devices)) {
    for (const [name, operation] of Object.entries(operations)) {
      params.set(name, (params.get(name) ?? new Map()).set(capability, operation.params));
    }
  }
  const names = [...params.keys()].toSorted();
  const uses = names.map((name) => {
    const forms = [...(params.get(name) ?? [])].map(([capability, specs]) => parametersOf(capability, specs));
    return {
      if: { properties: { use: { pattern: `\\.${name}$` } }, required: ["use"] },
      // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema; nobody awaits it
      then: { properties: { with: forms.length === 1 ? (forms[0] ?? {}) : { anyOf: forms } } },
    };
  });
  const step = steps["items"] as { readonly properties: JsonSchema };
  const use = {
    type: "string",
    pattern: `^[a-z][A-Za-z0-9]*\\.(${names.join("|")})$`,
    description: `role.operation; operations here: ${names.join(", ")}`,
  };
  return {
    $schema: draft,
    ...schema,
    title: "A protocol",
    properties: {
      ...schema.properties,
      roles: { ...roles, additionalProperties: { type: "string", enum: capabilities } },
      steps: { ...steps, items: { ...step, properties: { ...step.properties, use }, allOf: uses } },
    },
  };
}

/** In a protocol every value is written as a literal, or as a text: a quantity such as `25 mm`, or an expression. */
function parametersOf(capability: string, specs: Readonly<Record<string, ValueSpec>>): JsonSchema {
  const properties = Object.entries(specs).map(([name, spec]) => {
    const isWord = spec.type === "string" && spec.enum !== undefined;
    const expression = { type: "string", pattern: "^=" };
    return [
      name,
      {
        description: [spec.description, wordsFor(spec)].filter((part) => part !== undefined).join(": "),
        ...(isWord ? { anyOf: [{ enum: spec.enum }, expression] } : { type: typesOf(spec) }),
      },
    ];
  });
  return {
    type: "object",
    title: capability,
    properties: Object.fromEntries(properties),
    required: Object.keys(specs),
    additionalProperties: false,
  };
}

function typesOf(spec: ValueSpec): string | string[] {
  if (spec.type === "integer") return ["integer", "string"];
  if (spec.type === "boolean") return ["boolean", "string"];
  return spec.type === "quantity" && spec.unit === "1" ? ["number", "string"] : "string";
}

function wordsFor(spec: ValueSpec): string | undefined {
  if (spec.type !== "quantity" && spec.type !== "integer") return spec.type === "series" ? spec.unit : undefined;
  const { minimum = "", maximum = "" } = spec;
  const bounds = minimum === "" && maximum === "" ? "" : ` ${minimum} to ${maximum}`.trimEnd();
  return `${spec.type === "quantity" ? spec.unit : "integer"}${bounds}`;
}
