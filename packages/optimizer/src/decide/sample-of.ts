import type { Random } from "../random/create-random.ts";

/** Returns `count` different members of a list, in the order drawn; all of them when there are no more. */
export function sampleOf<T>(list: readonly T[], count: number, random: Random): T[] {
  const pool = [...list];
  const size = Math.min(count, pool.length);
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random.uniform() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j] as T, pool[i] as T];
  }
  return pool.slice(0, size);
}
