import { Name, parseTopic, Sha256, type TopicKey } from "@labloop/contracts";

/** Who a client is: a device's driver, an engine that holds a cell, or a button that can stop the lab and nothing else. */
export interface Identity {
  readonly role: "device" | "engine" | "stop";
  /** The device, the cell, or the button. */
  readonly name: string;
}

/** A topic that a role may use: its own, or that of every name. */
export interface Right {
  readonly key: TopicKey;
  readonly whose: "own" | "any";
}

/**
 * What each role may say and hear (contract T4); what is not here is denied, both ways. A device speaks for itself and
 * hears its own commands, the engines and the E-STOP; an engine commands every device, speaks for its own cell, stops the
 * lab, and hears devices, engines and the E-STOP; a stop button stops the lab, and hears which stop counts (S1).
 */
export const rights: Readonly<
  Record<Identity["role"], { readonly say: readonly Right[]; readonly hear: readonly Right[] }>
> = {
  device: {
    say: own("report", "state", "caps", "heartbeat", "telemetry", "blob"),
    hear: [...own("command", "control"), ...any("engine", "engineHeartbeat", "estop")],
  },
  engine: {
    say: [...any("command", "control", "estop"), ...own("engine", "engineHeartbeat")],
    hear: any("report", "state", "caps", "heartbeat", "telemetry", "blob", "engine", "engineHeartbeat", "estop"),
  },
  stop: { say: any("estop"), hear: any("estop") },
};

/** What a client may do, by who it is alone. */
interface Access {
  canPublish(topic: string): boolean;
  canSubscribe(filter: string): boolean;
}

/** Returns who a client id names: `dev-{device}`, `eng-{cell}-{epoch}` or `stop-{name}`; null for anything else. */
export function identityOf(clientId: string): Identity | null {
  const engine = /^(eng-.+)-[1-9][0-9]*$/.exec(clientId)?.[1];
  const identity = identityOfUser(engine ?? clientId);
  return (identity?.role === "engine") === (engine !== undefined) ? identity : null;
}

/** Returns the user name of an identity: `dev-{device}`, `eng-{cell}` or `stop-{name}`. */
export function userOf({ role, name }: Identity): string {
  return `${role === "device" ? "dev" : role === "engine" ? "eng" : "stop"}-${name}`;
}

/**
 * Returns the rights of a client in a lab, or null for an id that is nobody's. Filters are granted exactly, so nothing can
 * be received through a wider one.
 */
export function accessOf(lab: string, clientId: string): Access | null {
  const identity = identityOf(clientId);
  if (identity === null) return null;
  const { say, hear } = rights[identity.role];
  return {
    canPublish: (topic) => !topic.includes("+") && isGranted(topic, say, identity),
    canSubscribe: (filter) => isGranted(filter, hear, identity),
  };

  /** For what is anybody's, every name passes, and `+` for all of them; so it is with the digest of a large result. */
  function isGranted(topic: string, granted: readonly Right[], { name }: Identity): boolean {
    const place = parseTopic(lab, topic);
    if (place === null || !isNameOrAll(place.name)) return false;
    if (place.leaf !== null && place.leaf !== "+" && !Sha256.safeParse(place.leaf).success) return false;
    return granted.some(({ key, whose }) => key === place.key && (whose === "any" || place.name === name));
  }
}

function identityOfUser(user: string): Identity | null {
  const [, prefix, name = ""] = /^(dev|eng|stop)-(.+)$/.exec(user) ?? [];
  if (prefix === undefined || !Name.safeParse(name).success) return null;
  return { role: prefix === "dev" ? "device" : prefix === "eng" ? "engine" : "stop", name };
}

function isNameOrAll(name: string): boolean {
  return name === "+" || Name.safeParse(name).success;
}

function own(...keys: TopicKey[]): Right[] {
  return keys.map((key) => ({ key, whose: "own" }));
}

function any(...keys: TopicKey[]): Right[] {
  return keys.map((key) => ({ key, whose: "any" }));
}
