import { polynomial } from "./polynomial.ts";
import { powerOfTwo } from "./power-of-two.ts";

// ln 2 in two parts; the first has 21 bits to spare, so that its product with an exponent is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

// 2 / 23 down to 2 / 3: ln(1 + f) = f - s·(f - R), s = f / (2 + f), R = Σ 2·s²ⁿ / (2n + 1), n from 1.
const SERIES = Array.from({ length: 11 }, (_, i) => 2 / (23 - 2 * i));

const view = new DataView(new ArrayBuffer(8));

/**
 * Returns ln x to one unit in the last place, with the same bits on every machine, which `Math.log` does not promise;
 * -Infinity at 0 and NaN below.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < powerOfTwo(-1022);
  view.setFloat64(0, subnormal ? x * powerOfTwo(54) : x);
  const top = view.getUint32(0);
  let k = (top >>> 20) - 1023 - (subnormal ? 54 : 0);
  view.setUint32(0, (top & 0xf_ffff) | 0x3ff0_0000);
  let mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    k++;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const square = s * s;
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + square * polynomial(SERIES, square)) + k * LN2_LOW) - f);
}

/** Returns ln(1 + x) to a few units in the last place, without the loss of the sum near 0; -Infinity at -1, NaN below. */
export function log1p(x: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY) return x;
  const sum = 1 + x;
  if (!(sum > 0)) return log(sum);
  const lost = Math.abs(x) < 1 ? x - (sum - 1) : 1 - (sum - x);
  return log(sum) + lost / sum;
}
