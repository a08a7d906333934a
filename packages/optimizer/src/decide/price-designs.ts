import type { Design } from "@labloop/contracts";
import { type CostOf, isPrice } from "../space/open-cost.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** What designs cost. */
export interface Prices {
  /** In the study's unit; not above 0 or not finite for a design that has no price and cannot be chosen. */
  readonly costs: Float64Array;
  /** Returns the price of one of `designs`, also of one added since, over their geometric mean, from 1e-300 to 1e300; 1 for a design without a price. */
  readonly relativeOf: (index: number) => number;
}

// A ratio of prices may be no double, and a gain is divided by it.
const CHEAPEST = 1e-300;
const DEAREST = 1e300;

/** Returns the prices of designs; null where all cost the same. */
export function priceDesigns(costOf: CostOf | null, designs: readonly Design[]): Prices | null {
  if (costOf === null) return null;
  const costs = Float64Array.from(designs, costOf);
  const logs = costs.filter(isPrice).map(log);
  const middle = exp(logs.reduce((sum, own) => sum + own, 0) / Math.max(1, logs.length));
  const relative = (cost: number) => (isPrice(cost) ? Math.min(DEAREST, Math.max(CHEAPEST, cost / middle)) : 1);
  const known = costs.map(relative);
  return { costs, relativeOf: (index) => known[index] ?? relative(costOf(designs[index] as Design)) };
}
