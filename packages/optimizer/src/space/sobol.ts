import type { Random } from "../random/create-random.ts";
import { DIRECTION_NUMBERS } from "./direction-numbers.ts";

const BITS = 32;

/** Returns the next point of a sequence in the unit cube, each coordinate in [0, 1). */
export type NextPoint = () => Float64Array;

/**
 * Returns a Sobol sequence with Owen's scrambling, drawn from `random`: each first 2ᵏ points put one point into each of 2ᵏ equal
 * slices of every axis. Coordinates beyond the 64 of the table are plainly uniform.
 *
 * The scrambling is the hash of S. Laine and T. Karras (Computer Graphics Forum 30 (2011) 1265–1276), which permutes every
 * bit by those above it; the constants are those of B. Burley (J. Comput. Graph. Tech. 9 (2020) 1–20).
 */
export function openSobol(dimensions: number, random: Random): NextPoint {
  const plain = openPlainSobol(Math.min(dimensions, DIRECTION_NUMBERS.length + 1));
  const seeds = Int32Array.from({ length: dimensions }, () => Math.floor(random.uniform() * 0x1_0000_0000) | 0);
  return () => {
    const bits = plain();
    const point = new Float64Array(dimensions);
    for (let axis = 0; axis < dimensions; axis++) {
      const word = bits[axis];
      point[axis] = word === undefined ? random.uniform() : scramble(word, seeds[axis] as number) / 0x1_0000_0000;
    }
    return point;
  };
}

/** Returns the unscrambled sequence from its origin on, as 32-bit words: the same array each time, changed in place. */
export function openPlainSobol(dimensions: number): () => Uint32Array {
  const directions = Array.from({ length: dimensions }, (_, axis) => directionsOf(axis));
  const point = new Uint32Array(dimensions);
  let index = 0;
  return () => {
    if (index > 0) {
      // In Gray code consecutive indices differ in the bit of the trailing zeros.
      const changed = 31 - Math.clz32(index & -index);
      for (let axis = 0; axis < dimensions; axis++) {
        point[axis] = (point[axis] as number) ^ ((directions[axis] as Uint32Array)[changed] as number);
      }
    }
    index++;
    return point;
  };
}

function directionsOf(axis: number): Uint32Array {
  const directions = new Uint32Array(BITS);
  const [polynomial, ...initial] = axis === 0 ? [1] : (DIRECTION_NUMBERS[axis - 1] as readonly number[]);
  const degree = initial.length;
  for (let i = 0; i < BITS; i++) {
    if (axis === 0) directions[i] = 1 << (31 - i);
    else if (i < degree) directions[i] = (initial[i] as number) << (31 - i);
    else {
      const first = directions[i - degree] as number;
      let word = first ^ (first >>> degree);
      for (let k = 1; k < degree; k++) {
        if (((polynomial as number) >> (degree - k)) & 1) word ^= directions[i - k] as number;
      }
      directions[i] = word;
    }
  }
  return directions;
}

function scramble(word: number, seed: number): number {
  let x = reverse(word);
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52 | 0);
  x ^= Math.imul(x, 0xc7afe638 | 0);
  x ^= Math.imul(x, 0x8d22f6e6 | 0);
  return reverse(x) >>> 0;
}

function reverse(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}
