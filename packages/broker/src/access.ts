import { Name, parseTopic, type TopicKey } from "@labloop/contracts";

/** What a client may do, by its client id alone. */
interface Access {
  canPublish(topic: string): boolean;
  canSubscribe(filter: string): boolean;
}

const fromDevice: readonly TopicKey[] = ["report", "state", "caps", "heartbeat"];
const toDevice: readonly TopicKey[] = ["command", "control"];
const toAll: readonly TopicKey[] = ["engine", "estop"];

/**
 * Returns the rights of a client (contract T4), or null for an id that is neither `dev-{device}` nor
 * `eng-{cell}-{epoch}`. What is not granted is denied, both ways: a device speaks for itself and hears its own
 * commands, the engines and the E-STOP; an engine commands every device, speaks for its own cell, stops the lab, and
 * hears devices, engines and the E-STOP. Filters are granted exactly, so nothing can be received through a wider one.
 */
export function accessOf(lab: string, clientId: string): Access | null {
  const device = /^dev-(.+)$/.exec(clientId)?.[1];
  if (device !== undefined && Name.safeParse(device).success) {
    return {
      canPublish: (topic) => isOwn(topic, fromDevice, device),
      canSubscribe: (filter) => isOwn(filter, toDevice, device) || isOf(filter, toAll),
    };
  }
  const cell = /^eng-(.+)-[1-9][0-9]*$/.exec(clientId)?.[1];
  if (cell !== undefined && Name.safeParse(cell).success) {
    return {
      canPublish: (topic) =>
        (isOf(topic, toDevice) && !topic.includes("+")) || isOwn(topic, ["engine"], cell) || isOf(topic, ["estop"]),
      canSubscribe: (filter) => isOf(filter, fromDevice) || isOf(filter, toAll),
    };
  }
  return null;

  /** Every name passes, and `+` for all of them. */
  function isOf(topic: string, keys: readonly TopicKey[]): boolean {
    const place = parseTopic(lab, topic);
    return place !== null && keys.includes(place.key) && (place.name === "+" || Name.safeParse(place.name).success);
  }

  function isOwn(topic: string, keys: readonly TopicKey[], name: string): boolean {
    return isOf(topic, keys) && parseTopic(lab, topic)?.name === name;
  }
}
