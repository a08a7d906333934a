import { keptOf } from "./factor.ts";
import { BLOCK } from "./layout.ts";
import type { Kept, Session } from "./session.ts";

/** The smallest variance: below it, 1 - vᵀv is nothing but rounding. */
export const VARIANCE_FLOOR = 1e-14;

/** Writes means and variances at row-major places. */
export function predict(session: Session, places: Float64Array, means: Float64Array, variances: Float64Array): void {
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
      variances[first + b] = Math.max(1 - (heap[(placeVariances >>> 3) + b] as number), VARIANCE_FLOOR);
    }
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
  for (let b = 0; b < count; b++) means[first + b] = kept.mean + (heap[(placeMeans >>> 3) + b] as number);
}

/**
 * Writes the correlations of `count` places with the rows held to `correlations`, and L⁻¹k of each to rows from `whitened` on: as many
 * rows as the next multiple of 4, so that a place's bits do not depend on how many there are.
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
  session.backEnd.heap().fill(0, (correlations + count * rowBytes) >>> 3, (correlations + full * rowBytes) >>> 3);
  session.backEnd.use().multiplyByLower(correlations, full, layout.matrix, n, whitened, rowBytes);
}

/** Writes the correlations of `count` places with the rows held to `correlations`. */
function correlateBlock(session: Session, kept: Kept, places: Float64Array, first: number, count: number): void {
  const { layout, rows: n, features: f } = session;
  const { rowBytes, correlations } = layout;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();
  const block = layout.places >>> 3;
  for (let b = 0; b < count; b++) {
    for (let m = 0; m < f; m++) {
      heap[block + b * f + m] = (places[(first + b) * f + m] as number) * (kept.inverseLengths[m] as number);
    }
  }
  const { family } = session;
  calls.correlatePlaces(layout.keptScaled, rowBytes, f, n, family, layout.places, count, correlations, rowBytes);
}
