import { createRandom } from "../random/create-random.ts";
import type { BenchMethod } from "./bench-method.ts";
import { shuffled } from "./pool.ts";

/** Returns random search without replacement; when every design was measured, it begins again. */
export function randomMethod(): BenchMethod {
  return {
    name: "random",
    start(_study, features, seed) {
      const order = shuffled(features.length, createRandom(seed));
      return {
        ask: ({ measurements, pending, count }) => ({
          indices: nextOf(order, measurements, pending, count),
          recommended: null,
        }),
      };
    },
  };
}

/** Returns the next `count` of an order that are neither measured nor pending, and from its start when there are too few. */
export function nextOf(
  order: readonly number[],
  measurements: readonly { readonly index: number }[],
  pending: readonly number[],
  count: number,
): number[] {
  const taken = new Set([...measurements.map(({ index }) => index), ...pending]);
  const open = order.filter((index) => !taken.has(index));
  return Array.from({ length: count }, (_, i) => [...open, ...order][i % (open.length + order.length)] as number);
}
