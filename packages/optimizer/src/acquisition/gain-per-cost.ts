/**
 * Returns what a gain is worth by a cost above 0: the gain per unit of it, and a loss times it, so that what costs less is preferred
 * either way.
 */
export function gainPerCost(gain: number, cost: number): number {
  return gain > 0 ? gain / cost : gain * cost;
}
