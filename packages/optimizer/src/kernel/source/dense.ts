// The inner loops of dense algebra. This is the plain twin; dense.simd.ts takes its place in the wasm build.
// Sums keep even and odd terms apart, as the two lanes of a SIMD register do: that is what makes the bits equal.
import { boundHeap } from "./memory.ts";

/** Returns Σ a[k]·b[k] over `count` terms. */
export function dot(a: usize, b: usize, count: i32): f64 {
  const heap = boundHeap();
  let i = a >>> 3;
  let j = b >>> 3;
  const end = i + count;
  const blockEnd = i + (count & ~3);
  let even = 0;
  let odd = 0;
  let evenNext = 0;
  let oddNext = 0;
  for (; i < blockEnd; i += 4, j += 4) {
    even += (heap[i] as number) * (heap[j] as number);
    odd += (heap[i + 1] as number) * (heap[j + 1] as number);
    evenNext += (heap[i + 2] as number) * (heap[j + 2] as number);
    oddNext += (heap[i + 3] as number) * (heap[j + 3] as number);
  }
  let sum = even + evenNext + (odd + oddNext);
  for (; i < end; i++, j++) sum += (heap[i] as number) * (heap[j] as number);
  return sum;
}

/**
 * Sets, for `sign` 0, or else changes by `sign` times, the 4 × 2 block `c` to the product of 4 rows of `a` with 2 rows of `b`,
 * `count` terms each. Rows lie `aBytes`, `bBytes`, `cBytes` apart.
 */
export function tile(
  a: usize,
  aBytes: usize,
  b: usize,
  bBytes: usize,
  count: i32,
  c: usize,
  cBytes: usize,
  sign: i32,
): void {
  const heap = boundHeap();
  const aStep = aBytes >>> 3;
  const b0 = b >>> 3;
  const b1 = b0 + (bBytes >>> 3);
  let row = a >>> 3;
  let out = c >>> 3;
  // Two rows at a time: their eight sums still fit the registers of a scalar machine.
  for (let half = 0; half < 2; half++) {
    let [even00, odd00, even01, odd01, even10, odd10, even11, odd11] = [0, 0, 0, 0, 0, 0, 0, 0];
    let i = row;
    let j = row + aStep;
    let k = b0;
    let l = b1;
    const end = row + (count & ~1);
    for (; i < end; i += 2, j += 2, k += 2, l += 2) {
      const x0 = heap[k] as number;
      const x1 = heap[l] as number;
      const z0 = heap[k + 1] as number;
      const z1 = heap[l + 1] as number;
      const u0 = heap[i] as number;
      const v0 = heap[i + 1] as number;
      const u1 = heap[j] as number;
      const v1 = heap[j + 1] as number;
      even00 += u0 * x0;
      odd00 += v0 * z0;
      even01 += u0 * x1;
      odd01 += v0 * z1;
      even10 += u1 * x0;
      odd10 += v1 * z0;
      even11 += u1 * x1;
      odd11 += v1 * z1;
    }
    if ((count & 1) === 1) {
      const x0 = heap[k] as number;
      const x1 = heap[l] as number;
      even00 += (heap[i] as number) * x0;
      even01 += (heap[i] as number) * x1;
      even10 += (heap[j] as number) * x0;
      even11 += (heap[j] as number) * x1;
    }
    put(heap, out, even00 + odd00, even01 + odd01, sign);
    put(heap, out + (cBytes >>> 3), even10 + odd10, even11 + odd11, sign);
    row += 2 * aStep;
    out += 2 * (cBytes >>> 3);
  }
}

function put(heap: Float64Array, index: number, first: f64, second: f64, sign: i32): void {
  if (sign === 0) {
    heap[index] = first;
    heap[index + 1] = second;
  } else if (sign > 0) {
    heap[index] = (heap[index] as number) + first;
    heap[index + 1] = (heap[index + 1] as number) + second;
  } else {
    heap[index] = (heap[index] as number) - first;
    heap[index + 1] = (heap[index + 1] as number) - second;
  }
}

/** Adds `factor` times `count` doubles at `from` to those at `to`. */
export function addScaled(from: usize, factor: f64, to: usize, count: i32): void {
  const heap = boundHeap();
  let j = to >>> 3;
  const start = from >>> 3;
  for (let i = start; i < start + count; i++, j++) heap[j] = (heap[j] as number) + (heap[i] as number) * factor;
}

/** Writes the products of `count` pairs of doubles, one of `a` and one of `b`. */
export function multiply(a: usize, b: usize, product: usize, count: i32): void {
  const heap = boundHeap();
  const [i, j, k] = [a >>> 3, b >>> 3, product >>> 3];
  for (let n = 0; n < count; n++) heap[k + n] = (heap[i + n] as number) * (heap[j + n] as number);
}

/** Adds the squares of `count` doubles at `from` to those at `to`. */
export function addSquares(from: usize, to: usize, count: i32): void {
  const heap = boundHeap();
  const [i, j] = [from >>> 3, to >>> 3];
  for (let n = 0; n < count; n++)
    heap[j + n] = (heap[j + n] as number) + (heap[i + n] as number) * (heap[i + n] as number);
}

/** Writes the doubles at `from` times `factor`. */
export function scale(from: usize, factor: f64, to: usize, count: i32): void {
  const heap = boundHeap();
  const [i, j] = [from >>> 3, to >>> 3];
  for (let n = 0; n < count; n++) heap[j + n] = (heap[i + n] as number) * factor;
}

/** Adds Σ (x[j] - centre)²·a[j] to the double at `sums` and the same with b to the one after it; `count` is even. */
export function addWeightedSquares(x: usize, centre: f64, a: usize, b: usize, count: i32, sums: usize): void {
  const heap = boundHeap();
  const [i, j, k] = [x >>> 3, a >>> 3, b >>> 3];
  let [evenA, oddA, evenB, oddB] = [0, 0, 0, 0];
  for (let n = 0; n < count; n += 2) {
    const t = (heap[i + n] as number) - centre;
    const u = (heap[i + n + 1] as number) - centre;
    evenA += t * t * (heap[j + n] as number);
    oddA += u * u * (heap[j + n + 1] as number);
    evenB += t * t * (heap[k + n] as number);
    oddB += u * u * (heap[k + n + 1] as number);
  }
  put(heap, sums >>> 3, evenA + oddA, evenB + oddB, 1);
}
