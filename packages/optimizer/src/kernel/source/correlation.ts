// Rows of correlations. This is the plain twin; correlation.simd.ts takes its place in the wasm build.
import { boundHeap } from "./memory.ts";

const ROOT5 = 2.23606797749979;
// exp(-700) is 1e-304; further away nothing is left of a correlation, and a distance that overflowed must not become NaN.
const FARTHEST = 700;

const LOG2_E = 1.4426950408889634;
// ln 2 in two parts, the first with so few bits that its product with an exponent is exact.
const LN2_HIGH = 6.93145751953125e-1;
const LN2_LOW = 1.4286068203094173e-6;
// Adding and taking away 1.5·2⁵² rounds to the nearest integer, ties to even, as f64x2.nearest does.
const ROUNDING = 6755399441055744;

const powersOfTwo = new Float64Array(2048);
for (let k = 0, power = 1; k < 1024; k++, power *= 2) {
  powersOfTwo[1024 + k] = power;
  powersOfTwo[1024 - k] = 1 / power;
}

/** exp of x from -700 to 0, to 1.05 units in the last place. */
function exponential(x: f64): f64 {
  const k = x * LOG2_E + ROUNDING - ROUNDING;
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 0.0001984126984126984;
  p = p * r + 0.001388888888888889;
  p = p * r + 0.008333333333333333;
  p = p * r + 0.041666666666666664;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * (powersOfTwo[k + 1024] as number);
}

/**
 * Writes Σₘ (x[m] - points[m][j])² for `count` columns j, rounded up to an even number.
 *
 * `points` holds one feature a row, rows `pointBytes` apart; the coordinates of x lie `xBytes` apart.
 */
export function squaredDistances(
  points: usize,
  pointBytes: usize,
  features: i32,
  x: usize,
  xBytes: usize,
  count: i32,
  squares: usize,
): void {
  const heap = boundHeap();
  const out = squares >>> 3;
  const even = (count + 1) & ~1;
  heap.fill(0, out, out + even);
  for (let m = 0; m < features; m++) {
    const row = (points + m * pointBytes) >>> 3;
    const centre = heap[(x + m * xBytes) >>> 3] as number;
    for (let j = 0; j < even; j++) {
      const t = (heap[row + j] as number) - centre;
      heap[out + j] = (heap[out + j] as number) + t * t;
    }
  }
}

/**
 * Turns `count` squared distances r², rounded up to an even number, into correlations k(r); writes -2·dk/d(r²) to `slopes` unless that
 * is 0.
 *
 * `family` is 0 for Matérn-5/2, 1 for the squared exponential (C. E. Rasmussen and C. K. I. Williams,
 * "Gaussian Processes for Machine Learning", 2006, equations 4.9 and 4.17).
 */
export function correlate(family: i32, squares: usize, slopes: usize, count: i32): void {
  const heap = boundHeap();
  const k = squares >>> 3;
  const c = slopes >>> 3;
  const even = (count + 1) & ~1;
  if (family === 0) {
    for (let j = 0; j < even; j++) {
      const root = Math.sqrt(heap[k + j] as number) * ROOT5;
      const r = root < FARTHEST ? root : FARTHEST;
      const decay = exponential(-r);
      heap[k + j] = (1 + r + r * r * (1 / 3)) * decay;
      if (slopes !== 0) heap[c + j] = (1 + r) * decay * (5 / 3);
    }
  } else {
    for (let j = 0; j < even; j++) {
      const square = heap[k + j] as number;
      const decay = exponential((square < 2 * FARTHEST ? square : 2 * FARTHEST) * -0.5);
      heap[k + j] = decay;
      if (slopes !== 0) heap[c + j] = decay;
    }
  }
}
