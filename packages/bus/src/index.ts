export { parseBrokerUrl } from "./broker-url.ts";
export type { Authority, Bus, Delivery, Malformed, Payload, Subscription, Will } from "./bus.ts";
export { decode, encode, isMalformed } from "./codec.ts";
export { createLiveness, type Liveness } from "./liveness.ts";
export { createMemoryBroker, type MemoryBroker, type MemoryBus } from "./memory-broker.ts";
export type { Account } from "./mqtt-bus.ts";
