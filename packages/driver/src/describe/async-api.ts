import { type TopicKey, topicOf, topics } from "@labloop/contracts";
import { type DeviceSheet, type JsonSchema, schemaOfType } from "./device-sheet.ts";
import { schemaOfValues } from "./json-schema.ts";
import type { DeviceAddress } from "./thing-description.ts";

/** The topics of one device, with what it does there and what for. */
const ofDevice = {
  command: ["receive", "An order to carry out one operation"],
  control: ["receive", "Questions and requests of the engine about orders"],
  report: ["send", "What became of orders, and answers to the engine"],
  state: ["send", "Birth and death; its will"],
  caps: ["send", "What it can do"],
  heartbeat: ["send", "A sign of life"],
  telemetry: ["send", "Readings in batches"],
  blob: ["send", "Chunks of large results"],
} as const satisfies Partial<Record<TopicKey, readonly ["send" | "receive", string]>>;

type DeviceTopic = keyof typeof ofDevice;

/** Returns the AsyncAPI 3.0 document of one device: its topics, with the schemas of what travels there. */
export function asyncApi(sheet: DeviceSheet, { lab, deviceId, broker }: DeviceAddress): JsonSchema {
  const { caps, title } = sheet;
  const { protocol, host } = new URL(broker);
  const keys = Object.keys(ofDevice) as DeviceTopic[];
  const channels = keys.map((key) => [
    key,
    {
      // A blob is told by its digest, which a parameter stands for.
      address: topicOf(lab, key, deviceId, "{sha256}"),
      title: ofDevice[key][1],
      messages: { [key]: { $ref: `#/components/messages/${key}` } },
      ...(key === "blob" ? { parameters: { sha256: { description: "hex SHA-256 of the whole result" } } } : {}),
    },
  ]);
  const operations = keys.map((key) => [
    key,
    {
      action: ofDevice[key][0],
      channel: { $ref: `#/channels/${key}` },
      summary: ofDevice[key][1],
      bindings: { mqtt: { qos: topics[key].qos, retain: topics[key].retain, bindingVersion: "0.2.0" } },
      ...(ofDevice[key][0] === "receive" ? { reply: { channel: { $ref: "#/channels/report" } } } : {}),
    },
  ]);
  const messages = keys.map((key) => [
    key,
    { name: key, title: ofDevice[key][1], contentType: "application/json", payload: payloadOf(key, sheet) },
  ]);
  return {
    asyncapi: "3.0.0",
    id: `urn:labloop:${lab}:${deviceId}`,
    info: {
      title: `${deviceId}: ${title.en}`,
      version: caps.driverVersion,
      description: `The topics of the device ${deviceId} (${caps.kind}) in the lab ${lab}, as of the command contract 1.`,
    },
    defaultContentType: "application/json",
    servers: { broker: { host, protocol: protocol.replace(":", ""), protocolVersion: "3.1.1" } },
    channels: Object.fromEntries(channels),
    operations: Object.fromEntries(operations),
    components: { messages: Object.fromEntries(messages) },
  };
}

/** An order is narrowed to the operations of this device. */
function payloadOf(key: DeviceTopic, { caps }: DeviceSheet): JsonSchema {
  const schema = inlined(schemaOfType(topics[key].schema));
  if (key !== "command") return schema;
  const orders = Object.entries(caps.operations).map(([name, { params }]) => ({
    properties: { op: { const: name }, params: schemaOfValues(params) },
  }));
  return { allOf: [schema, { oneOf: orders }] };
}

/** References in a message would be looked for in the whole document: any JSON is written as such. */
function inlined(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key === "definitions") return undefined;
    return typeof value === "object" && value !== null && "$ref" in value ? {} : value;
  });
  return JSON.parse(text) as JsonSchema;
}
