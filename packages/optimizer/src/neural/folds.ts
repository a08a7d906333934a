import { createRandom } from "../random/create-random.ts";

/** How many networks an ensemble has, and how many parts the readings fall into. */
export const NETWORKS = 10;
const FOLDS = 5;

/**
 * Returns of each row the fold that it belongs to; network j is trained without fold j mod 5, so that each row is left out by
 * two networks and each network learns from four fifths of the rows.
 */
export function drawFolds(count: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const order = Array.from({ length: count }, (_, row) => row);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const folds = new Uint8Array(count);
  order.forEach((row, position) => {
    folds[row] = position % FOLDS;
  });
  return folds;
}

/** Returns whether a network is trained without the rows of a fold. */
export function leavesOut(network: number, fold: number): boolean {
  return network % FOLDS === fold;
}
