// Every power of two that a double holds, from 2⁻¹⁰⁷⁴ on, by exact doubling.
const powers = new Float64Array(2098);
for (let i = 0, power = Number.MIN_VALUE; i < powers.length; i++, power *= 2) powers[i] = power;

/** Returns 2^exponent for an integer from -1074 to 1023. */
export function powerOfTwo(exponent: number): number {
  return powers[exponent + 1074] as number;
}

/** Returns value · 2^exponent, correctly rounded for a value between ½ and 2; 0 or Infinity outside the doubles. */
export function scaleByPowerOfTwo(value: number, exponent: number): number {
  if (exponent > 1023) return value * powerOfTwo(1023) * powerOfTwo(Math.min(exponent - 1023, 1023));
  // In two steps, so that the first is exact where the result is subnormal.
  if (exponent < -1022) return value * powerOfTwo(-1022) * powerOfTwo(Math.max(exponent + 1022, -1074));
  return value * powerOfTwo(exponent);
}
