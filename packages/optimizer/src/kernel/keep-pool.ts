import { keptOf } from "./factor.ts";
import { BLOCK } from "./layout.ts";
import { predict, VARIANCE_FLOOR, whitenBlock } from "./predict.ts";
import type { Kept, Session } from "./session.ts";

/** A pool's part of the memory. */
export interface KeptPool {
  /** Writes the current predictions. */
  read(means: Float64Array, variances: Float64Array): void;
  /** Returns the first address after what the pool keeps. */
  end(): number;
}

// Larger pools are predicted afresh on every reading.
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Returns a pool over row-major places, which keeps each place's L⁻¹k while that fits 64 MB. */
export function keepPool(session: Session, places: Float64Array): KeptPool {
  const f = session.features;
  const size = places.length / f;
  const full = (size + 3) & ~3;
  const placeBytes = full * 8;
  let generation = -1;
  let ids: number[] = [];
  let [rows, transposed, point, squares, values, ones, correlations, slopes, end] = [0, 0, 0, 0, 0, 0, 0, 0, 0];

  function lay(): void {
    let next = session.layout.end;
    const take = (bytes: number): number => {
      const address = next;
      next += (bytes + 63) & ~63;
      return address;
    };
    rows = take(full * session.layout.rowBytes);
    transposed = take(f * placeBytes);
    point = take(f * 8);
    squares = take(placeBytes);
    values = take(placeBytes);
    ones = take(placeBytes);
    correlations = take(placeBytes);
    slopes = take(placeBytes);
    end = next;
    session.backEnd.reserve(end);
  }

  function fill(kept: Kept): void {
    lay();
    const heap = session.backEnd.heap();
    for (let m = 0; m < f; m++) {
      const row = (transposed + m * placeBytes) >> 3;
      const inverse = kept.inverseLengths[m] as number;
      heap.fill(0, row, row + full);
      for (let b = 0; b < size; b++) heap[row + b] = (places[b * f + m] as number) * inverse;
    }
    for (let first = 0; first < size; first += BLOCK) {
      const count = Math.min(BLOCK, size - first);
      whitenBlock(session, kept, places, first, count, rows + first * session.layout.rowBytes);
    }
    sum();
  }

  function sum(): void {
    const { layout, rows: n } = session;
    const calls = session.backEnd.use();
    calls.squareRows(rows, size, n, layout.rowBytes, squares);
    calls.dotRows(rows, size, layout.keptValues, n, layout.rowBytes, values);
    calls.dotRows(rows, size, layout.keptOnes, n, layout.rowBytes, ones);
  }

  /** Appends the entry of row `n` to what is kept of every place. */
  function follow(kept: Kept, n: number): void {
    const { layout, loaded, family, backEnd } = session;
    const heap = backEnd.heap();
    for (let m = 0; m < f; m++) {
      heap[(point >> 3) + m] = heap[((layout.keptScaled + m * layout.rowBytes) >> 3) + n] as number;
    }
    backEnd
      .use()
      .appendToRows(
        transposed,
        placeBytes,
        f,
        family,
        point,
        size,
        layout.appended + (n - loaded) * layout.rowBytes,
        n,
        kept.appended[n - loaded]?.pivot ?? Number.NaN,
        heap[(layout.keptValues >> 3) + n] as number,
        heap[(layout.keptOnes >> 3) + n] as number,
        rows,
        layout.rowBytes,
        squares,
        values,
        ones,
        correlations,
        slopes,
      );
  }

  function catchUp(kept: Kept): void {
    const now = kept.appended.map(({ id }) => id);
    if (generation !== session.generation) {
      fill(kept);
      generation = session.generation;
    } else {
      let common = 0;
      while (common < ids.length && ids[common] === now[common]) common++;
      if (common < ids.length) {
        // Sums over the rows that are left, as when they were first made; a later row is appended below.
        const held = session.rows;
        session.rows = session.loaded + common;
        sum();
        session.rows = held;
      }
      for (let i = common; i < now.length; i++) follow(kept, session.loaded + i);
    }
    ids = now;
  }

  return {
    end: () => Math.max(end, session.layout.end),
    read(means, variances) {
      const kept = keptOf(session);
      if (full * session.layout.rowBytes > LARGEST_BYTES) {
        predict(session, places, means, variances, null);
        return;
      }
      catchUp(kept);
      const heap = session.backEnd.heap();
      for (let b = 0; b < size; b++) {
        const one = heap[(ones >> 3) + b] as number;
        means[b] = kept.mean + ((heap[(values >> 3) + b] as number) - kept.mean * one);
        variances[b] = Math.max(1 - (heap[(squares >> 3) + b] as number), VARIANCE_FLOOR);
      }
    },
  };
}
