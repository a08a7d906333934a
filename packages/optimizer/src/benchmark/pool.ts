import { type Design, designsOf, type PoolTable, type Study } from "@labloop/contracts";
import { createRandom, type Random } from "../random/create-random.ts";
import { deriveSeed } from "./derive-seed.ts";

/** Past experiments as a campaign meets them: designs by index, and what may be read at each. */
export interface Pool {
  /** Its candidates are the designs. */
  readonly study: Study;
  readonly designs: readonly Design[];
  /** Per design its readings, each with one value an objective. */
  readonly readings: readonly (readonly (readonly number[])[])[];
  /** Per design and objective what counts as true: the mean of the readings. */
  readonly truth: readonly (readonly number[])[];
}

/** Returns the distinct designs of a table in the order in which they first occur, with the readings its policy leaves. */
export function poolOf(table: PoolTable): Pool {
  const known = designsOf(table);
  const designs = known.map(({ design }) => design);
  return {
    study: { ...table.study, candidates: designs },
    designs,
    readings: known.map(({ readings }) => readings),
    truth: known.map(({ truth }) => truth),
  };
}

/**
 * Returns what is read at a design's visit (0 the first): its readings in a random order that belongs to seed and design, and
 * again from the start when all have been read. So every method reads the same at the same visit.
 */
export function readingAt(pool: Pool, index: number, seed: number, visit: number): readonly number[] {
  const readings = pool.readings[index] ?? [];
  if (readings.length === 1) return readings[0] as readonly number[];
  const random = createRandom(deriveSeed(seed, READINGS, index));
  return readings[shuffled(readings.length, random)[visit % readings.length] as number] as readonly number[];
}

const READINGS = 2;

/** Returns 0 to `length` - 1 in a random order (Fisher and Yates). */
export function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
