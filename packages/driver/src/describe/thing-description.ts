import { topicOf } from "@labloop/contracts";
import type { DeviceSheet, JsonSchema } from "./device-sheet.ts";
import { schemaOfValues } from "./json-schema.ts";

/** Where a device of a lab is found. */
export interface DeviceAddress {
  readonly lab: string;
  readonly deviceId: string;
  /** `mqtt://host:port`, or `mqtts://` for a lab whose clients show certificates or passwords. */
  readonly broker: string;
}

/**
 * Returns the W3C Thing Description 1.1 of one device of a lab.
 *
 * `input` and `output` are an operation's parameters and result; how they travel, in the messages `execute` and `report` of
 * the command contract, no vocabulary of the W3C can say, so that the forms name the kind of message as
 * `labloop:message`. A Thing Description tells a client what a device can do; orders are the engine's to give.
 */
export function thingDescription(
  { caps, title, provenance, descriptions }: DeviceSheet,
  { lab, deviceId, broker }: DeviceAddress,
): JsonSchema {
  const href = (key: Parameters<typeof topicOf>[1]) => `${broker}/${topicOf(lab, key, deviceId)}`;
  const form = (key: "command" | "state" | "telemetry", message: string, op: string[], about: JsonSchema) => ({
    href: href(key),
    contentType: "application/json",
    op,
    "labloop:message": message,
    ...about,
  });
  const actions = Object.entries(caps.operations).map(([name, operation]) => [
    name,
    {
      title: operation.title,
      description: descriptions[name] ?? operation.title,
      input: schemaOfValues(operation.params),
      output: schemaOfValues(operation.result),
      // Safe: no lasting change of state, as reading a value.
      safe: operation.retryClass === "retry-safe",
      idempotent: operation.retryClass === "idempotent",
      synchronous: false,
      "labloop:retryClass": operation.retryClass,
      forms: [form("command", "execute", ["invokeaction"], { "mqv:qos": "1", "mqv:retain": false })],
    },
  ]);
  const channels = Object.entries(caps.telemetry ?? {});
  const readings = {
    title: "Readings, in batches",
    data: {
      type: "object",
      properties: {
        readings: {
          type: "array",
          items: {
            oneOf: channels.map(([channel, { unit, description = channel }]) => ({
              type: "object",
              description,
              properties: {
                channel: { const: channel },
                value: { type: "number", unit },
                valid: { type: "boolean" },
              },
            })),
          },
        },
      },
    },
    forms: [form("telemetry", "tel", ["subscribeevent"], { "mqv:qos": "0", "mqv:retain": false })],
  };
  const isSecured = broker.startsWith("mqtts:");
  return {
    "@context": [
      "https://www.w3.org/2022/wot/td/v1.1",
      { labloop: "urn:labloop:td#", mqv: "http://www.w3.org/2018/wot/mqtt#" },
    ],
    id: `urn:labloop:${lab}:${deviceId}`,
    title: deviceId,
    description: title.en,
    titles: { en: `${deviceId}: ${title.en}`, ja: `${deviceId}：${title.ja}` },
    version: { instance: caps.driverVersion, model: `${caps.kind} ${caps.driverVersion}` },
    ...(provenance === null ? {} : { "labloop:manual": provenance.manual }),
    "labloop:capability": caps.capability,
    securityDefinitions: { broker: { scheme: isSecured ? "auto" : "nosec" } },
    security: ["broker"],
    properties: {
      state: {
        title: "Whether it is there",
        type: "object",
        readOnly: true,
        observable: true,
        properties: { online: { type: "boolean" }, mode: { type: "string", enum: ["real", "simulated"] } },
        forms: [form("state", "state", ["readproperty", "observeproperty"], { "mqv:qos": "1", "mqv:retain": true })],
      },
    },
    actions: Object.fromEntries(actions),
    ...(channels.length === 0 ? {} : { events: { readings } }),
  };
}
