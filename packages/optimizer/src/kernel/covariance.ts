import { keptOf } from "./factor.ts";
import { BLOCK } from "./layout.ts";
import { VARIANCE_FLOOR, whitenBlock } from "./predict.ts";
import type { Session } from "./session.ts";

/** Writes the means and the joint covariance at row-major places. */
export function jointCovariance(
  session: Session,
  places: Float64Array,
  means: Float64Array,
  covariance: Float64Array,
): void {
  const kept = keptOf(session);
  const { layout, rows: n, features: f, family, backEnd } = session;
  const { rowBytes } = layout;
  const total = places.length / f;
  const full = (total + 3) & ~3;
  const placeBytes = (full + 2) * 8;
  const rows = layout.end;
  const transposed = rows + full * rowBytes;
  const matrix = transposed + f * placeBytes;
  const ones = matrix + full * placeBytes;
  const squares = ones + placeBytes;
  backEnd.reserve(squares + placeBytes);
  const calls = backEnd.use();
  const heap = backEnd.heap();

  heap.fill(0, rows >>> 3, ones >>> 3);
  heap.fill(1, ones >>> 3, squares >>> 3);
  for (let first = 0; first < total; first += BLOCK) {
    const count = Math.min(BLOCK, total - first);
    whitenBlock(session, kept, places, first, count, rows + first * rowBytes);
    calls.dotRows(layout.correlations, count, layout.keptAlpha, n, rowBytes, layout.placeMeans);
    for (let b = 0; b < count; b++) means[first + b] = kept.mean + (heap[(layout.placeMeans >>> 3) + b] as number);
  }
  for (let m = 0; m < f; m++) {
    const row = (transposed + m * placeBytes) >>> 3;
    const inverse = kept.inverseLengths[m] as number;
    for (let b = 0; b < total; b++) heap[row + b] = (places[b * f + m] as number) * inverse;
  }
  calls.correlatePairs(transposed, placeBytes, f, total, family, ones, matrix, 0, placeBytes);
  calls.subtractRowProducts(rows, full, n, rowBytes, matrix, placeBytes);
  calls.squareRows(rows, total, n, rowBytes, squares);
  for (let i = 0; i < total; i++) {
    const row = (matrix + i * placeBytes) >>> 3;
    for (let j = 0; j < i; j++) {
      const entry = heap[row + j] as number;
      covariance[i * total + j] = entry;
      covariance[j * total + i] = entry;
    }
    covariance[i * total + i] = Math.max(1 - (heap[(squares >>> 3) + i] as number), VARIANCE_FLOOR);
  }
}
