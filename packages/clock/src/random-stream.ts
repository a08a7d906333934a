import { hash } from "node:crypto";

/**
 * Returns a stream of numbers in [0, 1), 53 bits each, that depends on the seed and the keys alone.
 *
 * Counter-based (SHA-256 of seed, keys and index): adding a device or a purpose does not shift anybody else's draws.
 */
export function randomStream(seed: number, ...keys: readonly string[]): () => number {
  const prefix = `${seed}/${keys.join("/")}/`;
  let index = 0;
  return () => {
    const digest = hash("sha256", prefix + index++, "buffer");
    return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
  };
}
