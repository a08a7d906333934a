import { dot } from "./dot.ts";
import type { Row } from "./rule.ts";

// Of what a sum can span: a walk hardly moves between two sides that are nearer to each other.
const THIN = 0.01;

/** `min ≤ normal · z ≤ max` in the unit cube. */
export interface Slab {
  readonly normal: Float64Array;
  readonly min: number;
  readonly max: number;
  readonly tolerance: number;
}

/** Returns the slab that a row leaves between the bounds of its axes, each from `lows` on over `spans`. */
export function slabOf(row: Row, lows: readonly number[], spans: readonly number[]): Slab {
  const normal = new Float64Array(lows.length);
  let fixed = 0;
  row.axes.forEach((axis, i) => {
    normal[axis] = (normal[axis] as number) + (row.weights[i] as number) * (spans[axis] as number);
    fixed += (row.weights[i] as number) * (lows[axis] as number);
  });
  return { normal, min: row.min - fixed, max: row.max - fixed, tolerance: row.tolerance };
}

/** Returns whether the sides of a slab are near to each other, and not one plane. */
export function isThin(slab: Slab): boolean {
  return slab.max - slab.min > 2 * slab.tolerance && isNarrow(slab);
}

function isNarrow({ normal, min, max }: Slab): boolean {
  return max - min <= THIN * normal.reduce((sum, part) => sum + Math.abs(part), 0);
}

/**
 * Returns the slabs with those of one direction that leave little between them made into one: many write a difference with two bounds as two
 * rules.
 */
export function joinThin(slabs: readonly Slab[]): Slab[] {
  const joined: Slab[] = [];
  for (const slab of slabs) {
    const shared = joined.map((other) => intersect(other, slab));
    const at = shared.findIndex((both) => both !== null && isNarrow(both));
    if (at < 0) joined.push(slab);
    else joined[at] = shared[at] as Slab;
  }
  return joined;
}

/** What two slabs have in common; null where their directions differ. */
function intersect(slab: Slab, other: Slab): Slab | null {
  const ratio = dot(slab.normal, other.normal) / dot(slab.normal, slab.normal);
  const isAlong = slab.normal.every((part, i) => {
    const own = other.normal[i] as number;
    return Math.abs(ratio * part - own) <= 1e-12 * Math.abs(own);
  });
  if (!isAlong || ratio === 0) return null;
  const [low, high] = ratio > 0 ? [other.min, other.max] : [other.max, other.min];
  return { ...slab, min: Math.max(slab.min, low / ratio), max: Math.min(slab.max, high / ratio) };
}
