import { keptOf } from "./factor.ts";
import { BLOCK } from "./layout.ts";
import type { Kept, Session } from "./session.ts";

/** The smallest variance: below it, 1 - vᵀv is nothing but rounding. */
export const VARIANCE_FLOOR = 1e-14;

/** Where the slopes of a prediction go. */
export interface SlopeArrays {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Writes means and variances at row-major places and, where asked, their slopes by each feature. */
export function predict(
  session: Session,
  places: Float64Array,
  means: Float64Array,
  variances: Float64Array,
  slopes: SlopeArrays | null,
): void {
  const kept = keptOf(session);
  const total = places.length / session.features;
  for (let first = 0; first < total; first += BLOCK) {
    const count = Math.min(BLOCK, total - first);
    whitenBlock(session, kept, places, first, count, session.layout.whitened);
    writeMeans(session, kept, first, count, means);
    const { layout, rows: n } = session;
    const { rowBytes, whitened, placeVariances } = layout;
    session.backEnd.use().squareRows(whitened, count, n, rowBytes, placeVariances);
    const heap = session.backEnd.heap();
    for (let b = 0; b < count; b++) {
      variances[first + b] = Math.max(1 - (heap[(placeVariances >> 3) + b] as number), VARIANCE_FLOOR);
    }
    if (slopes !== null) writeSlopes(session, kept, first, count, variances, slopes);
  }
}

/** Writes the means alone at row-major places, with the bits of `predict`. */
export function predictMeans(session: Session, places: Float64Array, means: Float64Array): void {
  const kept = keptOf(session);
  const total = places.length / session.features;
  for (let first = 0; first < total; first += BLOCK) {
    const count = Math.min(BLOCK, total - first);
    correlateBlock(session, kept, places, first, count);
    writeMeans(session, kept, first, count, means);
  }
}

/** Writes the means of a block whose correlations stand there. */
function writeMeans(session: Session, kept: Kept, first: number, count: number, means: Float64Array): void {
  const { layout, rows: n } = session;
  const { rowBytes, correlations, placeMeans, keptAlpha } = layout;
  session.backEnd.use().dotRows(correlations, count, keptAlpha, n, rowBytes, placeMeans);
  const heap = session.backEnd.heap();
  for (let b = 0; b < count; b++) means[first + b] = kept.mean + (heap[(placeMeans >> 3) + b] as number);
}

/**
 * Writes the correlations of `count` places with the rows held to `correlations`, their derivatives to `placeSlopes`, and
 * L⁻¹k of each to rows from `whitened` on: as many rows as the next multiple of 4, so that a place's bits do not depend on
 * how many there are.
 */
export function whitenBlock(
  session: Session,
  kept: Kept,
  places: Float64Array,
  first: number,
  count: number,
  whitened: number,
): void {
  const { layout, rows: n } = session;
  const { rowBytes, correlations } = layout;
  correlateBlock(session, kept, places, first, count);
  const full = (count + 3) & ~3;
  session.backEnd.heap().fill(0, (correlations + count * rowBytes) >> 3, (correlations + full * rowBytes) >> 3);
  session.backEnd.use().multiplyByLower(correlations, full, layout.keptLower, n, whitened, rowBytes);
}

/** Writes the correlations of `count` places with the rows held to `correlations`, their derivatives to `placeSlopes`. */
function correlateBlock(session: Session, kept: Kept, places: Float64Array, first: number, count: number): void {
  const { layout, rows: n, features: f } = session;
  const { rowBytes, correlations, placeSlopes } = layout;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();
  const block = layout.places >> 3;
  for (let b = 0; b < count; b++) {
    for (let m = 0; m < f; m++) {
      heap[block + b * f + m] = (places[(first + b) * f + m] as number) * (kept.inverseLengths[m] as number);
    }
  }
  const { family } = session;
  calls.correlatePlaces(
    layout.keptScaled,
    rowBytes,
    f,
    n,
    family,
    layout.places,
    count,
    correlations,
    placeSlopes,
    rowBytes,
  );
}

function writeSlopes(
  session: Session,
  kept: Kept,
  first: number,
  count: number,
  variances: Float64Array,
  slopes: SlopeArrays,
): void {
  const { layout, rows: n, features: f } = session;
  const { rowBytes, upper, whitened, weights, placeSums } = layout;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();
  if (!kept.upperHolds) calls.upperFromLower(layout.keptLower, upper, n, rowBytes);
  kept.upperHolds = true;
  calls.multiplyByUpper(whitened, (count + 3) & ~3, upper, n, weights, rowBytes);
  calls.placeSlopes(
    layout.keptScaled,
    rowBytes,
    f,
    n,
    layout.places,
    count,
    layout.keptAlpha,
    layout.placeSlopes,
    weights,
    rowBytes,
    placeSums,
  );
  // dk/dx = c·(X - x) / l in scaled coordinates, and the variance is 1 - kᵀK⁻¹k.
  for (let b = 0; b < count; b++) {
    const floored = variances[first + b] === VARIANCE_FLOOR;
    for (let m = 0; m < f; m++) {
      const at = (placeSums >> 3) + 2 * (b * f + m);
      const inverse = kept.inverseLengths[m] as number;
      slopes.means[(first + b) * f + m] = finite((heap[at] as number) * inverse);
      slopes.variances[(first + b) * f + m] = floored ? 0 : finite(-2 * (heap[at + 1] as number) * inverse);
    }
  }
}

/** Where a distance is beyond the doubles nothing changes with it. */
function finite(slope: number): number {
  return Number.isFinite(slope) ? slope : 0;
}
