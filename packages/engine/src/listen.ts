import type { Bus, Delivery, Malformed } from "@labloop/bus";
import type { BlobChunk, Cancel, DeviceMessage, Log, TopicKey } from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Decision } from "./decide/decision.ts";
import { onCaps, onDeviceState } from "./decide/on-presence.ts";
import type { InterlockWatch } from "./interlock-watch.ts";
import type { Presence } from "./presence.ts";
import type { EngineState } from "./state.ts";

/** Hears every device of the lab until cancelled; what others on the broker say concerns this engine as little as noise. */
export function listen(options: {
  readonly bus: Bus;
  readonly isOurs: (device: string) => boolean;
  readonly presence: Presence;
  readonly interlocks: Pick<InterlockWatch, "hear" | "beat">;
  readonly onChunk: (chunk: BlobChunk) => void;
  readonly take: (input: (state: EngineState) => Decision) => void;
  readonly onMessage: (message: DeviceMessage) => void;
  readonly onMalformed: (bad: Malformed) => void;
  readonly log: Log;
}): Cancel {
  const { bus, isOurs, presence, interlocks, onChunk, take, onMessage, log } = options;

  /** What cannot be read is set aside and counted (E14); a device repeats what matters. */
  function onMalformed(bad: Malformed): void {
    if (!isOurs(bad.name)) return;
    log.warn({ device: bad.name, topic: bad.key, code: bad.code }, `unreadable: ${bad.message}`);
    options.onMalformed(bad);
  }

  /** Facts and heartbeats are never kept by an honest broker: one that comes so is old, or somebody's replay. */
  function fresh<K extends TopicKey>(onDelivery: (delivery: Delivery<K>) => void): (delivery: Delivery<K>) => void {
    return (delivery) => {
      if (!isOurs(delivery.name)) return;
      if (delivery.retained)
        log.warn({ device: delivery.name, topic: delivery.key }, "a kept message was not believed");
      else onDelivery(delivery);
    };
  }

  const cancels = [
    bus.subscribe({
      key: "report",
      name: "+",
      onDelivery: fresh(({ payload }) => onMessage(payload)),
      onMalformed,
    }),
    bus.subscribe({
      key: "heartbeat",
      name: "+",
      onDelivery: fresh(({ payload }) => {
        presence.beat(payload);
        interlocks.beat(payload);
      }),
      onMalformed,
    }),
    bus.subscribe({
      key: "telemetry",
      name: "+",
      onDelivery: fresh(({ payload }) => interlocks.hear(payload)),
      onMalformed,
    }),
    bus.subscribe({ key: "blob", name: "+", onDelivery: fresh(({ payload }) => onChunk(payload)), onMalformed }),
    bus.subscribe({
      key: "caps",
      name: "+",
      onMalformed,
      onDelivery({ name, payload: { caps } }) {
        if (!isOurs(name)) return;
        presence.expect(name, caps.heartbeatMs);
        take((current) => onCaps(current, name, caps, digestOf(caps)));
      },
    }),
    bus.subscribe({
      key: "state",
      name: "+",
      onMalformed,
      onDelivery({ name, payload }) {
        if (!isOurs(name)) {
          log.warn({ device: name }, "a device that the lab file does not name is on the broker");
          return;
        }
        if (payload.online) presence.expect(name);
        take((current) => onDeviceState(current, payload));
      },
    }),
  ];
  return () => {
    for (const cancel of cancels) cancel();
  };
}
