import { type TopicKey, topicOf, topics, wholeLab } from "@labloop/contracts";

export const lab = "demo";
export const clientIds = ["dev-arm", "dev-printer", "eng-main-1", "stop-door"] as const;
export type ClientId = (typeof clientIds)[number];

const digest = "a".repeat(64);
const names = { device: ["arm", "printer", "stranger"], engine: ["main", "other"] };

/** A place where something could be said, and what the contract calls it; null for places outside it. */
export interface Place {
  readonly topic: string;
  readonly key: TopicKey | null;
  readonly name: string;
}

const inside: readonly Place[] = (Object.keys(topics) as TopicKey[]).flatMap((key) => {
  const owners = key === "estop" ? [wholeLab] : names[topics[key].path.startsWith("engine") ? "engine" : "device"];
  return owners.map((name) => ({ topic: topicOf(lab, key, name, digest), key, name }));
});

const outside: readonly Place[] = [
  ...inside.map(({ topic }) => topic.replace(`/${lab}/`, "/other/")),
  topicOf(lab, "command", "arm").replace("/v1/", "/v2/"),
  `${topicOf(lab, "command", "arm")}/more`,
  `labloop/v1/${lab}/device/arm`,
  `labloop/v1/${lab}/estop/arm`,
  `labloop/v1/${lab}`,
  "elsewhere",
].map((topic) => ({ topic, key: null, name: "" }));

/** Own and other devices, own and other cells, another lab, other versions and depths. */
export const places: readonly Place[] = [...inside, ...outside];

/** Filters that reach further than anybody may hear. */
export const wideFilters = [
  "#",
  "+/#",
  "labloop/#",
  `labloop/v1/${lab}/#`,
  "labloop/v1/+/estop",
  `labloop/v1/${lab}/device/#`,
  `labloop/v1/${lab}/device/+/+`,
  `labloop/v1/${lab}/device/arm/#`,
  `labloop/v1/${lab}/+/+/state`,
];

/** The contract's own words on who says what (section 3 and T4), written out again so that the policy cannot judge itself. */
const saidBy: Readonly<Record<TopicKey, (clientId: ClientId, name: string) => boolean>> = {
  command: isEngine,
  control: isEngine,
  report: isDevice,
  state: isDevice,
  caps: isDevice,
  heartbeat: isDevice,
  telemetry: isDevice,
  blob: isDevice,
  engine: isCell,
  engineHeartbeat: isCell,
  estop: (clientId) => clientId.startsWith("eng-") || clientId.startsWith("stop-"),
};

const heardBy: Readonly<Record<TopicKey, (clientId: ClientId, name: string) => boolean>> = {
  command: isDevice,
  control: isDevice,
  report: isEngine,
  state: isEngine,
  caps: isEngine,
  heartbeat: isEngine,
  telemetry: isEngine,
  blob: isEngine,
  engine: (clientId) => !clientId.startsWith("stop-"),
  engineHeartbeat: (clientId) => !clientId.startsWith("stop-"),
  estop: () => true,
};

export function maySay(clientId: ClientId, { key, name }: Place): boolean {
  return key !== null && saidBy[key](clientId, name);
}

export function mayHear(clientId: ClientId, { key, name }: Place): boolean {
  return key !== null && heardBy[key](clientId, name);
}

/** Whether a filter covers a topic, by the rules of MQTT. */
export function covers(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return levels.length >= index;
    if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** Collects assertions so that every one that fails is named, and all are counted. */
export function createTally() {
  const failures: string[] = [];
  let count = 0;
  return {
    check(what: string, is: boolean, shouldBe: boolean): void {
      count++;
      if (is !== shouldBe) failures.push(`${what}: ${is ? "granted" : "denied"}`);
    },
    count: () => count,
    failures,
  };
}

function isEngine(clientId: ClientId): boolean {
  return clientId.startsWith("eng-");
}

function isDevice(clientId: ClientId, name: string): boolean {
  return clientId === `dev-${name}`;
}

function isCell(clientId: ClientId, name: string): boolean {
  return clientId === `eng-${name}-1`;
}
