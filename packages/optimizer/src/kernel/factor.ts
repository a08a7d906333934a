import { centre, leastSquaresMean, whiten } from "./evaluate.ts";
import type { AppendedRow, Likelihood, Theta } from "./kernel-types.ts";
import { factorise, inverseLengthsOf, type Kept, makeRoom, type Session } from "./session.ts";

/** Returns the factor kept; throws when there is none. */
export function keptOf(session: Session): Kept {
  if (session.kept === null) throw new Error("no factor is kept: call factor first, and look at what it returns");
  return session.kept;
}

/** Makes and keeps what predictions need; returns the likelihood, or null with nothing kept. */
export function makeFactor(session: Session, theta: Theta): Likelihood | null {
  const { layout, rows: n, loaded } = session;
  const { matrix, upper, keptValues, keptOnes, keptCentred, rowBytes } = layout;
  session.kept = null;
  const calls = session.backEnd.use();
  const inverseLengths = inverseLengthsOf(session, theta);
  if (!factorise(session, calls, theta, inverseLengths, layout.keptScaled, 0)) return null;
  const likelihood = whiten(session, keptValues, keptOnes, keptCentred);
  if (likelihood === null) return null;
  calls.invertTransposed(matrix, upper, n, rowBytes);
  calls.lowerFromUpper(upper, matrix, n, rowBytes);
  calls.multiplyTransposed(matrix, keptCentred, layout.keptAlpha, n, rowBytes);
  session.kept = {
    inverseLengths,
    jitter: theta.jitter ?? 0,
    mean: likelihood.mean,
    meansBefore: Array.from({ length: n - loaded }, () => null),
  };
  return likelihood;
}

/** Conditions the factor on one more row; returns false, with nothing changed, when its pivot is not positive. */
export function appendRow(session: Session, row: AppendedRow, keepMean: boolean): boolean {
  const kept = keptOf(session);
  makeRoom(session);
  const { layout, rows: n, features: f } = session;
  const { rowBytes, matrix, keptValues, keptOnes, correlations, whitened, appended, places } = layout;
  const calls = session.backEnd.use();
  const heap = session.backEnd.heap();

  // The new row of the factor is L⁻¹k, and the new row of its inverse -(L⁻¹k)ᵀL⁻¹ / pivot, 1 / pivot.
  heap.fill(0, correlations >>> 3, (correlations + 4 * rowBytes) >>> 3);
  for (let m = 0; m < f; m++) {
    heap[(places >>> 3) + m] = (row.features[m] as number) * (kept.inverseLengths[m] as number);
  }
  const { family, features } = session;
  calls.correlatePlaces(layout.keptScaled, rowBytes, features, n, family, places, 1, correlations, rowBytes);
  calls.multiplyByLower(correlations, 4, matrix, n, whitened, rowBytes);
  calls.squareRows(whitened, 1, n, rowBytes, layout.scratch);
  const pivotSquare = 1 + (row.noiseVariance + kept.jitter) - (heap[layout.scratch >>> 3] as number);
  if (!(pivotSquare > 0 && pivotSquare < Number.POSITIVE_INFINITY)) return false;
  const pivot = Math.sqrt(pivotSquare);
  const own = whitened >>> 3;
  let value = row.value;
  let one = 1;
  for (let i = 0; i < n; i++) {
    value -= (heap[own + i] as number) * (heap[(keptValues >>> 3) + i] as number);
    one -= (heap[own + i] as number) * (heap[(keptOnes >>> 3) + i] as number);
  }
  if (!Number.isFinite(value / pivot) || !Number.isFinite(one / pivot)) return false;
  heap[(keptValues >>> 3) + n] = value / pivot;
  heap[(keptOnes >>> 3) + n] = one / pivot;

  calls.multiplyTransposed(matrix, whitened, appended, n, rowBytes);
  const inverseRow = (matrix + n * rowBytes) >>> 3;
  for (let i = 0; i < n; i++) heap[inverseRow + i] = -(heap[(appended >>> 3) + i] as number) / pivot;
  heap[inverseRow + n] = 1 / pivot;
  heap[inverseRow + n + 1] = 0;

  heap[(layout.values >>> 3) + n] = row.value;
  session.noiseWeights[n] = 0;
  session.knownVariances[n] = row.noiseVariance;
  for (let m = 0; m < f; m++) {
    heap[((layout.features + m * rowBytes) >>> 3) + n] = row.features[m] as number;
    heap[((layout.keptScaled + m * rowBytes) >>> 3) + n] = heap[(places >>> 3) + m] as number;
  }
  kept.meansBefore.push(kept.mean);
  session.rows = n + 1;
  refresh(session, kept, keepMean ? kept.mean : null);
  return true;
}

/** Drops the last `count` appended rows; the factor returns to the bits from before they were appended. */
export function dropRows(session: Session, count: number): void {
  const appended = session.rows - session.loaded;
  if (!Number.isInteger(count) || count < 0 || count > appended) {
    throw new RangeError(`cannot drop ${count} rows: ${appended} are appended`);
  }
  if (count === 0) return;
  session.rows -= count;
  const { layout, rows: n, features: f } = session;
  const heap = session.backEnd.heap();
  // Padding after an odd number of rows is read as a point.
  for (let m = 0; m < f; m++) {
    heap[((layout.keptScaled + m * layout.rowBytes) >>> 3) + n] = 0;
    heap[((layout.features + m * layout.rowBytes) >>> 3) + n] = 0;
  }
  if (session.kept === null) return;
  const [first] = session.kept.meansBefore.splice(n - session.loaded);
  refresh(session, session.kept, first ?? null);
}

/** Brings mean, alpha and what hangs on them to the rows held; `mean` null means the least-squares one. */
function refresh(session: Session, kept: Kept, mean: number | null): void {
  const { layout, rows: n } = session;
  const { keptValues, keptOnes, keptCentred, matrix, keptAlpha, rowBytes } = layout;
  const heap = session.backEnd.heap();
  kept.mean = mean ?? leastSquaresMean(heap, keptValues, keptOnes, n).mean;
  centre(heap, keptValues, keptOnes, kept.mean, n, keptCentred);
  session.backEnd.use().multiplyTransposed(matrix, keptCentred, keptAlpha, n, rowBytes);
}
