import { polynomial } from "./polynomial.ts";
import { scaleByPowerOfTwo } from "./power-of-two.ts";

const LOG2_E = 1.4426950408889634;
// ln 2 in two parts; the first has 21 bits to spare, so that its product with an exponent is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

// 1 / 13! down to 1 / 2!: on |r| ≤ ½·ln 2 what is left out is below 2⁻⁵⁷ of the result.
const INVERSE_FACTORIALS = [
  1.6059043836821613e-10, 2.08767569878681e-9, 2.505210838544172e-8, 2.755731922398589e-7, 2.7557319223985893e-6,
  2.48015873015873e-5, 0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664,
  0.16666666666666666, 0.5,
];

/** Returns eˣ to one unit in the last place, with the same bits on every machine, which `Math.exp` does not promise. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x * LOG2_E);
  return scaleByPowerOfTwo(1 + reduced(x, k), k);
}

/** Returns eˣ - 1 to two units in the last place, without the loss of the difference near 0. */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  if (x < -40) return -1;
  if (x > 709) return exp(x);
  const k = Math.round(x * LOG2_E);
  const rest = reduced(x, k);
  if (k === 0) return rest;
  const power = scaleByPowerOfTwo(1, k);
  // Beyond 2⁵⁴ the 1 is below rounding.
  return k > 54 ? power * (1 + rest) : power * rest + (power - 1);
}

/** eʳ - 1 for r = x - k·ln 2. */
function reduced(x: number, k: number): number {
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  return r + (r * r * polynomial(INVERSE_FACTORIALS, r) + (high - r - low));
}
