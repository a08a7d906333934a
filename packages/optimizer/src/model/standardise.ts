/** Values brought to mean 0 and sample standard deviation 1, and the way back. */
export interface Standardised {
  readonly values: readonly number[];
  /** Returns a value in the unit of the original ones as a standardised one. */
  place(value: number): number;
  /** Returns a standardised value in the unit of the original ones. */
  restore(value: number): number;
  /** Returns a standardised difference or standard deviation in that unit. */
  restoreSpread(spread: number): number;
}

// Below this spread, relative to the largest magnitude, differences are rounding and not signal.
const SMALLEST_SPREAD = 1e-12;

/**
 * Returns the values standardised; the order in which they are given does not change a bit of mean or spread.
 *
 * Values that are all equal become 0 and keep their own magnitude as their unit, since no spread is known, but `leastUnit` at least,
 * ≥ 0, against which a spread is judged as well: values that a computation left next to 0 are as equal as those of its scale.
 */
export function standardise(values: readonly number[], leastUnit = 0): Standardised {
  const { unit, mean, scale, isFlat } = scaleOf(values, leastUnit);
  return {
    values: values.map((value) => (isFlat ? 0 : (value / unit - mean) / scale)),
    place: (value) => (value / unit - mean) / scale,
    restore: (value) => (mean + scale * value) * unit,
    restoreSpread: (spread) => scale * spread * unit,
  };
}

/** Returns what 1 of the standardised values is in their unit, as `restoreSpread` tells. */
export function spreadOf(values: ArrayLike<number>): number {
  const { unit, scale } = scaleOf(values);
  return scale * unit;
}

/** Mean and standard deviation of the values over `unit`. In one array, without a call a value: shapes are chosen among thousands of values many times over. */
function scaleOf(values: ArrayLike<number>, leastUnit = 0) {
  let largest = leastUnit;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
  // Dividing first keeps sums of values near the ends of the range of doubles finite.
  const unit = largest > 0 ? largest : 1;
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = (values[i] as number) / unit;
  sorted.sort();
  const mean = sumOf(sorted) / Math.max(1, sorted.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = ((sorted[i] as number) - mean) * ((sorted[i] as number) - mean);
  const deviation = Math.sqrt(sumOf(sorted) / Math.max(1, sorted.length - 1));
  const isFlat = !(deviation > SMALLEST_SPREAD);
  return { unit, mean, scale: isFlat ? 1 : deviation, isFlat };
}

/** Returns the mean of numbers, whatever their order, to the bit; NaN of none. */
export function meanOf(values: readonly number[]): number {
  return sumOf(Float64Array.from(values).sort()) / values.length;
}

/** Sums from both ends inwards, so that negated values, which sort the other way round, give the negated sum to the bit. */
function sumOf(sorted: Float64Array): number {
  let sum = 0;
  for (let i = 0, j = sorted.length - 1; i <= j; i++, j--) {
    sum += i === j ? (sorted[i] as number) : (sorted[i] as number) + (sorted[j] as number);
  }
  return sum;
}
