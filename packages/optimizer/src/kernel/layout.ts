/** Where everything lies in the kernel's memory: addresses in bytes. */
export interface Layout {
  /** Rows that fit. */
  readonly capacity: number;
  /** Distance between the rows of matrices over the rows; one feature's distance to the next as well. */
  readonly rowBytes: number;
  /** 8 doubles. */
  readonly scratch: number;
  /** One double per row each. */
  readonly diagonal: number;
  readonly values: number;
  readonly ones: number;
  readonly whitenedValues: number;
  readonly whitenedOnes: number;
  readonly centred: number;
  readonly alpha: number;
  readonly appended: number;
  /** The same for the factor that predictions use. */
  readonly keptValues: number;
  readonly keptOnes: number;
  readonly keptCentred: number;
  readonly keptAlpha: number;
  /** One double per feature, and two per feature. */
  readonly factors: number;
  readonly sums: number;
  /** One row per feature: as loaded, scaled for the likelihood, scaled for predictions. */
  readonly features: number;
  readonly scaled: number;
  readonly keptScaled: number;
  /** Square matrices: the covariance and what becomes of it, in the end L⁻¹ for predictions; L⁻ᵀ; the covariance's derivatives. */
  readonly matrix: number;
  readonly upper: number;
  readonly slopes: number;
  /** A block of places: scaled coordinates, then one row of each kind per place. */
  readonly places: number;
  readonly correlations: number;
  readonly whitened: number;
  readonly placeMeans: number;
  readonly placeVariances: number;
  /** The first address after all this. */
  readonly end: number;
}

/** Places that are predicted together; a multiple of 4. */
export const BLOCK = 64;

/** Returns the layout for `capacity` rows, in a memory free from `start` on. */
export function layOut(start: number, capacity: number, features: number): Layout {
  // Two doubles more than rows: a zero after each diagonal entry, and an even length.
  const rowBytes = ((capacity + 3) & ~1) * 8;
  let next = start;
  const take = (bytes: number): number => {
    const address = next;
    next += Math.ceil(bytes / 64) * 64;
    return address;
  };
  const row = (): number => take(rowBytes);
  const square = (): number => take(capacity * rowBytes);
  const block = (): number => take(BLOCK * rowBytes);
  return {
    capacity,
    rowBytes,
    scratch: take(64),
    diagonal: row(),
    values: row(),
    ones: row(),
    whitenedValues: row(),
    whitenedOnes: row(),
    centred: row(),
    alpha: row(),
    appended: row(),
    keptValues: row(),
    keptOnes: row(),
    keptCentred: row(),
    keptAlpha: row(),
    factors: take(features * 8),
    sums: take(features * 16),
    features: take(features * rowBytes),
    scaled: take(features * rowBytes),
    keptScaled: take(features * rowBytes),
    matrix: square(),
    upper: square(),
    slopes: square(),
    places: take(BLOCK * features * 8),
    correlations: block(),
    whitened: block(),
    placeMeans: take(BLOCK * 8),
    placeVariances: take(BLOCK * 8),
    end: next,
  };
}
