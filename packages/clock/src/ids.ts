import { hash, randomBytes, randomFillSync } from "node:crypto";
import type { Clock, Ids } from "@labloop/contracts";
import { monotonicFactory } from "ulid";
import { randomStream } from "./random-stream.ts";

/** Numbers drawn from the operating system at once: a ULID takes sixteen of them, and each draw alone costs more than the rest. */
const pooled = 256;

/** Returns ids from the operating system's randomness. */
export function createRandomIds(clock: Clock): Ids {
  const pool = new Uint32Array(pooled);
  let used = pooled;
  const next = monotonicFactory(() => {
    if (used === pooled) {
      randomFillSync(pool);
      used = 0;
    }
    return (pool[used++] ?? 0) / 2 ** 32;
  });
  return { ulid: () => next(clock.now()), random: () => randomBytes(16).toString("hex") };
}

/** Returns ids that depend on nothing but the seed, the scope and the clock; equal scopes must not live side by side. */
export function createSeededIds(clock: Clock, seed: number, scope: string): Ids {
  const next = monotonicFactory(randomStream(seed, scope, "ulid"));
  let count = 0;
  return {
    ulid: () => next(clock.now()),
    random: () => hash("sha256", `${seed}/${scope}/${count++}`, "hex").slice(0, 32),
  };
}
