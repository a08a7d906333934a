import { DeviceMessage } from "./message/from-device.ts";
import { EngineControl, Execute } from "./message/from-engine.ts";
import {
  BlobChunk,
  CapsMessage,
  DeviceState,
  EngineHeartbeat,
  EngineState,
  Estop,
  Heartbeat,
  Telemetry,
} from "./message/presence.ts";

/** The name that stands where a topic names nobody: it is the whole lab's. */
export const wholeLab = "lab";

/**
 * Every topic below the root `labloop/v1/{lab}` (contract section 3): its pattern, payload, quality of service and
 * whether the broker keeps it. `{name}` stands for a device or a cell. Commands are never retained: a broker would run
 * them again at every subscribe. `maxBytes` is checked before a payload is parsed. A path without `{name}` is one topic
 * for the lab, under the name `wholeLab`; `{leaf}` stands for what is told apart below a name, a digest.
 */
export const topics = {
  command: { path: "device/{name}/cmd", schema: Execute, qos: 1, retain: false, maxBytes: 64 * 1024 },
  control: { path: "device/{name}/ctl", schema: EngineControl, qos: 1, retain: false, maxBytes: 64 * 1024 },
  report: { path: "device/{name}/rep", schema: DeviceMessage, qos: 1, retain: false, maxBytes: 256 * 1024 },
  state: { path: "device/{name}/state", schema: DeviceState, qos: 1, retain: true, maxBytes: 256 * 1024 },
  caps: { path: "device/{name}/caps", schema: CapsMessage, qos: 1, retain: true, maxBytes: 256 * 1024 },
  heartbeat: { path: "device/{name}/hb", schema: Heartbeat, qos: 0, retain: false, maxBytes: 256 * 1024 },
  telemetry: { path: "device/{name}/tel", schema: Telemetry, qos: 0, retain: false, maxBytes: 256 * 1024 },
  blob: { path: "device/{name}/blob/{leaf}", schema: BlobChunk, qos: 1, retain: false, maxBytes: 256 * 1024 },
  engineHeartbeat: { path: "engine/{name}/hb", schema: EngineHeartbeat, qos: 0, retain: false, maxBytes: 64 * 1024 },
  engine: { path: "engine/{name}/state", schema: EngineState, qos: 1, retain: true, maxBytes: 256 * 1024 },
  estop: { path: "estop", schema: Estop, qos: 1, retain: true, maxBytes: 64 * 1024 },
} as const;

export type TopicKey = keyof typeof topics;

/**
 * Returns the full topic, for example `labloop/v1/demo/device/printer-1/cmd`; with name `+` the filter for all. A topic
 * with a leaf is one for each `leaf`, and the filter for all of them without it.
 */
export function topicOf(lab: string, key: TopicKey, name: string, leaf = "+"): string {
  return `labloop/v1/${lab}/${topics[key].path.replace("{name}", name).replace("{leaf}", leaf)}`;
}

const keyOfPath: ReadonlyMap<string | undefined, TopicKey> = new Map(
  (Object.keys(topics) as TopicKey[]).map((key) => [topics[key].path, key]),
);

/** Returns which topic this is and whose, or null when it is none of this lab's. */
export function parseTopic(lab: string, topic: string): { key: TopicKey; name: string; leaf: string | null } | null {
  const [root, version, topicLab, ...rest] = topic.split("/");
  if (root !== "labloop" || version !== "v1" || topicLab !== lab) return null;
  const isOneForAll = rest.length === 1;
  if (!isOneForAll && rest.length !== 3 && rest.length !== 4) return null;
  const name = isOneForAll ? wholeLab : (rest[1] ?? "");
  const leaf = rest[3] ?? null;
  const path = isOneForAll ? rest[0] : [rest[0], "{name}", rest[2], ...(leaf === null ? [] : ["{leaf}"])].join("/");
  const key = keyOfPath.get(path);
  return key === undefined ? null : { key, name, leaf };
}
