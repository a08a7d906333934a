import type { BackEnd, KernelCalls } from "./back-end.ts";
import type { KernelData, KernelFamily, Theta } from "./kernel-types.ts";
import { type Layout, layOut } from "./layout.ts";

/** The factor that predictions use. */
export interface Kept {
  readonly inverseLengths: Float64Array;
  readonly jitter: number;
  mean: number;
  /** The mean before each row that was appended and not loaded; null when the row was there already when the factor was made. */
  readonly meansBefore: (number | null)[];
}

/** What a kernel holds between two calls. */
export interface Session {
  readonly backEnd: BackEnd;
  readonly family: number;
  readonly features: number;
  readonly groups: Int32Array;
  readonly groupCount: number;
  layout: Layout;
  /** Rows held, and how many of them were loaded. */
  rows: number;
  readonly loaded: number;
  noiseWeights: Float64Array;
  knownVariances: Float64Array;
  kept: Kept | null;
}

const FAMILIES: readonly KernelFamily[] = ["matern-5/2", "rbf"];
const ROOM = 16;
// A shorter lengthscale than 1e-150 has no finite inverse to spare for products with it.
const LARGEST_INVERSE = 1e150;

/** Returns a session of checked data, written to the back end's memory. */
export function openSession(backEnd: BackEnd, data: KernelData): Session {
  const n = data.values.length;
  const f = data.groups.length;
  const room = data.room ?? ROOM;
  const layout = layOut(backEnd.use().firstFree(), n + room, f);
  const used = backEnd.heap().length;
  backEnd.reserve(layout.end);
  const heap = backEnd.heap();
  // Padding of rows is read; memory that was only now reserved is zero already. Of matrices and blocks nothing counts that was not written
  // before: what a kernel never needs of them is never touched, and so costs the machine nothing.
  heap.fill(0, layout.scratch >>> 3, Math.min(used, layout.matrix >>> 3));
  heap.set(data.values, layout.values >>> 3);
  heap.fill(1, layout.ones >>> 3, (layout.ones >>> 3) + layout.capacity);
  for (let m = 0; m < f; m++) {
    const row = (layout.features + m * layout.rowBytes) >>> 3;
    for (let i = 0; i < n; i++) heap[row + i] = data.features[i * f + m] as number;
  }
  return {
    backEnd,
    family: FAMILIES.indexOf(data.family),
    features: f,
    groups: data.groups.slice(),
    groupCount: new Set(data.groups).size,
    layout,
    rows: n,
    loaded: n,
    noiseWeights: padded(data.noiseWeights, layout.capacity),
    knownVariances: padded(data.knownVariances, layout.capacity),
    kept: null,
  };
}

/** Returns what every feature is divided by, inverted: one per feature. */
export function inverseLengthsOf({ features, groups }: Session, { lengthscales }: Theta): Float64Array {
  return Float64Array.from({ length: features }, (_, m) =>
    Math.min(1 / (lengthscales[groups[m] as number] as number), LARGEST_INVERSE),
  );
}

/**
 * Writes the features scaled to `scaled`, the covariance to its matrix and, unless `slopes` is 0, its derivatives there; then
 * factorises. Returns false when it is not positive definite.
 */
export function factorise(
  session: Session,
  calls: KernelCalls,
  theta: Theta,
  inverse: Float64Array,
  scaled: number,
  slopes: number,
): boolean {
  const { layout, rows: n, features: f } = session;
  const { rowBytes } = layout;
  const heap = session.backEnd.heap();
  heap.set(inverse, layout.factors >>> 3);
  calls.scaleFeatures(layout.features, layout.factors, scaled, f, (n + 1) & ~1, rowBytes);
  const jitter = theta.jitter ?? 0;
  for (let i = 0; i < n; i++) {
    const variance = theta.noise * (session.noiseWeights[i] as number) + (session.knownVariances[i] as number);
    heap[(layout.diagonal >>> 3) + i] = 1 + (variance + jitter);
  }
  calls.correlatePairs(scaled, rowBytes, f, n, session.family, layout.diagonal, layout.matrix, slopes, rowBytes);
  return calls.cholesky(layout.matrix, n, rowBytes, layout.scratch) === 0;
}

/** Makes the layout large enough for one more row, moving what must survive. */
export function makeRoom(session: Session): void {
  const old = session.layout;
  if (session.rows < old.capacity) return;
  const room = 2 * (old.capacity - session.loaded) + ROOM;
  const layout = layOut(old.scratch, session.loaded + room, session.features);
  const held = session.backEnd.heap().slice(0, (old.matrix + session.rows * old.rowBytes) >>> 3);
  session.backEnd.reserve(layout.end);
  const heap = session.backEnd.heap();
  heap.fill(0, layout.scratch >>> 3, layout.matrix >>> 3);
  const move = (from: number, to: number, count: number): void => {
    for (let row = 0; row < count; row++) {
      const start = (from + row * old.rowBytes) >>> 3;
      heap.set(held.subarray(start, start + (old.rowBytes >>> 3)), (to + row * layout.rowBytes) >>> 3);
    }
  };
  for (const name of ["values", "keptValues", "keptOnes", "keptCentred", "keptAlpha"] as const) {
    move(old[name], layout[name], 1);
  }
  for (const name of ["features", "keptScaled"] as const) move(old[name], layout[name], session.features);
  move(old.matrix, layout.matrix, session.rows);
  heap.fill(1, layout.ones >>> 3, (layout.ones >>> 3) + layout.capacity);
  session.layout = layout;
  session.noiseWeights = padded(session.noiseWeights, layout.capacity);
  session.knownVariances = padded(session.knownVariances, layout.capacity);
}

function padded(array: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(array);
  return longer;
}
