export type { Authority, Bus, Delivery, Malformed, Payload, Subscription, Will } from "./bus.ts";
export { decode, encode, isMalformed } from "./codec.ts";
export { type BrokerInspection, inspectBroker, type InspectionOptions } from "./inspect-broker.ts";
export { createLiveness, type Liveness } from "./liveness.ts";
export { createMemoryBroker, type MemoryBroker, type MemoryBus } from "./memory-broker.ts";
export { type Account, type MqttBusOptions, openMqttBus } from "./mqtt-bus.ts";
export { openStranger, type Stranger } from "./stranger.ts";
