import type { Payload } from "@labloop/bus";
import type { DeviceMessage, DeviceState, Heartbeat } from "@labloop/contracts";
import type { Rig } from "./rig.ts";

/** Everything that one device has said since the suite began to listen. */
export interface Listening {
  readonly messages: DeviceMessage[];
  readonly states: { readonly state: DeviceState; readonly isRetained: boolean }[];
  readonly announcements: { readonly message: Payload<"caps">; readonly isRetained: boolean }[];
  readonly heartbeats: { readonly at: number; readonly heartbeat: Heartbeat }[];
  /** What no receiver could take: it breaks the contract's schemas. */
  readonly malformed: string[];
  /** When a message was heard, ms of link time. */
  heardAt(message: DeviceMessage): number;
  stop(): void;
}

/** Begins to listen, and passes on what comes; on a broker that keeps what was announced, that comes at once. */
export function listenTo(
  { bus, clock, deviceId }: Rig,
  onMessage: (message: DeviceMessage) => void = () => {},
): Listening {
  const heard: Omit<Listening, "stop" | "heardAt"> = {
    messages: [],
    states: [],
    announcements: [],
    heartbeats: [],
    malformed: [],
  };
  const instants = new WeakMap<DeviceMessage, number>();
  const onMalformed = ({ key, message }: { key: string; message: string }) =>
    void heard.malformed.push(`${key}: ${message}`);
  const name = deviceId;
  const cancels = [
    bus.subscribe({
      key: "report",
      name,
      onMalformed,
      onDelivery({ payload }) {
        instants.set(payload, clock.now());
        heard.messages.push(payload);
        onMessage(payload);
      },
    }),
    bus.subscribe({
      key: "state",
      name,
      onMalformed,
      onDelivery: ({ payload, retained }) => void heard.states.push({ state: payload, isRetained: retained }),
    }),
    bus.subscribe({
      key: "caps",
      name,
      onMalformed,
      onDelivery: ({ payload, retained }) => void heard.announcements.push({ message: payload, isRetained: retained }),
    }),
    bus.subscribe({
      key: "heartbeat",
      name,
      onMalformed,
      onDelivery: ({ payload }) => void heard.heartbeats.push({ at: clock.now(), heartbeat: payload }),
    }),
  ];
  return {
    ...heard,
    heardAt: (message) => instants.get(message) ?? clock.now(),
    stop() {
      for (const cancel of cancels) cancel();
    },
  };
}
