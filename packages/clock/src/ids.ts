import { hash, randomBytes } from "node:crypto";
import type { Clock, Ids } from "@labloop/contracts";
import { monotonicFactory } from "ulid";
import { randomStream } from "./random-stream.ts";

/** Returns ids from the operating system's randomness. */
export function createRandomIds(clock: Clock): Ids {
  const next = monotonicFactory(() => randomBytes(4).readUInt32BE() / 2 ** 32);
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
