import type { Json } from "@labloop/contracts";
import type { EngineState } from "@labloop/engine";

/** Returns an engine state as plain JSON, maps as objects, so that two states can be compared by digest. */
export function stateDigest(state: EngineState): Json {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value)),
  ) as Json;
}
