import { meanOf, type Standardised } from "./standardise.ts";

/** Own readings in the standard units of related campaigns, and the way back. */
export interface AlignedOutcomes {
  readonly values: readonly number[];
  /** Readings per standard unit, > 0. */
  readonly scale: number;
  /** Returns a value in the unit of the readings as an aligned one. */
  place(value: number): number;
  /** Returns an aligned value in the unit of the readings. */
  restore(value: number): number;
}

/** What related campaigns make expect of each own reading, in their standard units. */
export interface Guidance {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

// The scale of the related campaigns counts as one own reading: of one or two nobody knows how far more of them would spread.
const SCALE_READINGS = 1;

/**
 * Returns own readings brought to the level and spread at which related campaigns expect them. A campaign measures promising
 * designs first, so its mean is not that of the space: standardised by themselves, its best designs would look average beside those
 * of a survey. Spread and level are matched by moments: over the same designs, readings spread as expected means and variances
 * do, and their mean is the expected one. Without readings level and scale are those of the related campaigns.
 */
export function alignOutcomes(
  readings: readonly number[],
  { means, variances }: Guidance,
  related: readonly Standardised[],
): AlignedOutcomes {
  const usual = Math.sqrt(meanOf(related.map((own) => own.restoreSpread(1) * own.restoreSpread(1))));
  if (readings.length === 0) {
    const level = meanOf(related.map((own) => own.restore(0)));
    return {
      values: [],
      scale: usual,
      place: (value) => (value - level) / usual,
      restore: (value) => level + usual * value,
    };
  }
  const read = meanOf(readings);
  const expected = meanOf([...means]);
  const squares = (values: readonly number[]) => values.length * meanOf(values.map((value) => value * value));
  const spread = squares(readings.map((value) => (value - read) / usual));
  const expectedSpread =
    squares(Array.from(means, (value) => value - expected)) + variances.length * meanOf([...variances]);
  const scale = usual * Math.sqrt((SCALE_READINGS + spread) / (SCALE_READINGS + expectedSpread));
  return {
    values: readings.map((value) => (value - read) / scale + expected),
    scale,
    place: (value) => (value - read) / scale + expected,
    restore: (value) => (value - expected) * scale + read,
  };
}
