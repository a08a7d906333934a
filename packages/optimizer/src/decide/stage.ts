// With fewer designs measured or under way a random one is as good as any, and better than the corners a model would ask for.
const RANDOM_START = 2;
// The last part of a known budget may read a leader again, since what is recommended in the end should be what it seems.
const CONFIRMING_SHARE = 1 / 6;

/** Where a campaign stands when `count` more designs are to be picked. */
export interface Spending {
  /** Readings that models learn from. */
  readonly learned: number;
  /** Readings beside them, which count as spent. */
  readonly unlearned: number;
  readonly pending: number;
  readonly count: number;
  /** Experiments still to be started after these, where the budget is known. */
  readonly remaining: number | undefined;
}

/**
 * Returns whether a design is to be random, given how many were started before it. A related campaign guides the first; whether it misleads is
 * not told by others in the same corner.
 */
export function isEarly(guided: boolean, started: number): boolean {
  return guided ? started > 0 && started <= RANDOM_START : started < RANDOM_START;
}

/** Returns whether the pick at a place among `count`, from 0 on, falls into the last part of a known budget. */
export function isLate(spending: Spending, slot: number): boolean {
  const { remaining, count } = spending;
  if (remaining === undefined) return false;
  return remaining + count - 1 - slot < Math.round(budgetOf(spending) * CONFIRMING_SHARE);
}

/** Returns the share of the search that is still to come: 1 before anything is measured and without a budget, 0 from its last part on. */
export function searchLeft(spending: Spending): number {
  const { remaining, count } = spending;
  if (remaining === undefined) return 1;
  const left = (remaining + count) / budgetOf(spending);
  return Math.max(0, (left - CONFIRMING_SHARE) / (1 - CONFIRMING_SHARE));
}

function budgetOf({ learned, unlearned, pending, count, remaining = 0 }: Spending): number {
  return learned + unlearned + pending + count + remaining;
}
