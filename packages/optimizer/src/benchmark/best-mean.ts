import type { Study } from "@labloop/contracts";
import type { PoolMeasurement } from "./bench-method.ts";

/** Returns the measured design with the best mean reading of the first objective; between equals the one measured first. */
export function bestMean({ objectives }: Study, measurements: readonly PoolMeasurement[]): number {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { index, values } of measurements) {
    const { sum, count } = sums.get(index) ?? { sum: 0, count: 0 };
    sums.set(index, { sum: sum + (values[0] as number), count: count + 1 });
  }
  const sign = objectives[0]?.goal === "minimise" ? -1 : 1;
  let best = -1;
  let highest = -Infinity;
  for (const [index, { sum, count }] of sums) {
    const gain = (sign * sum) / count;
    if (best < 0 || gain > highest) [best, highest] = [index, gain];
  }
  return best;
}
