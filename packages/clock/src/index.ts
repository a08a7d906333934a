export { createRandomIds, createSeededIds } from "./ids.ts";
export { randomStream } from "./random-stream.ts";
export { createRealClock, createScaledClock, wallNow } from "./real-clock.ts";
export { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
