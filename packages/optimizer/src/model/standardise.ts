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
 * Values that are all equal become 0 and keep their own magnitude as their unit, since no spread is known.
 */
export function standardise(values: readonly number[]): Standardised {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Dividing first keeps sums of values near the ends of the range of doubles finite.
  const unit = largest > 0 ? largest : 1;
  const sorted = values.map((value) => value / unit).sort((a, b) => a - b);
  const mean = sumOf(sorted) / Math.max(1, sorted.length);
  const deviation = Math.sqrt(
    sumOf(sorted.map((value) => (value - mean) * (value - mean))) / Math.max(1, sorted.length - 1),
  );
  const flat = !(deviation > SMALLEST_SPREAD);
  const scale = flat ? 1 : deviation;
  return {
    values: values.map((value) => (flat ? 0 : (value / unit - mean) / scale)),
    place: (value) => (value / unit - mean) / scale,
    restore: (value) => (mean + scale * value) * unit,
    restoreSpread: (spread) => scale * spread * unit,
  };
}

/** Returns the mean of numbers, whatever their order, to the bit; NaN of none. */
export function meanOf(values: readonly number[]): number {
  return sumOf([...values].sort((a, b) => a - b)) / values.length;
}

/** Sums from both ends inwards, so that negated values, which sort the other way round, give the negated sum to the bit. */
function sumOf(sorted: readonly number[]): number {
  let sum = 0;
  for (let i = 0, j = sorted.length - 1; i <= j; i++, j--) {
    sum += i === j ? (sorted[i] as number) : (sorted[i] as number) + (sorted[j] as number);
  }
  return sum;
}
