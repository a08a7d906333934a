import type { MethodFigures } from "@labloop/contracts";
import { arrivalAt, randomArrival, targetsOf } from "./arrivals.ts";
import { bootstrap, mean, quantile } from "./bootstrap.ts";
import type { Pool } from "./pool.ts";
import { type Quality, regretOf } from "./quality.ts";
import type { CampaignRecord } from "./run-campaign.ts";
import { scoreOf } from "./score-of.ts";

const SHARES = [0.2, 0.5, 0.8];
const AFTER = [20, 40, 60];
// Below this even an oracle could show no more than it, and the figure would flatter nobody but say little.
const LEAST_CEILING = 10;

/** Returns the figures of one method; `records` and those of random search are of the same seeds, in the same order. */
export function summarise(
  pool: Pool,
  quality: Quality,
  records: readonly CampaignRecord[],
  random: readonly CampaignRecord[],
  starts: number,
): MethodFigures {
  const seeds = records.length;
  const regrets = records.map((record) => regretOf(quality, record));
  const areas = regrets.map(mean);
  const randomAreas = random.map((record) => mean(regretOf(quality, record)));
  const steps = Array.from({ length: records[0]?.measured.length ?? 0 }, (_, i) => i);
  const at = (i: number) => regrets.map((regret) => regret[i] as number);
  const curves = records.map((record) => foundBy(record, quality.top));
  const found = meanCurve(curves, [...curves.keys()]);
  const designs = pool.designs.length;
  const peak = steps
    .filter((i) => i >= starts)
    .map((i) => ({ factor: ((found[i] as number) * designs) / (i + 1), after: i + 1 }))
    .reduce((best, next) => (next.factor > best.factor ? next : best), { factor: 0, after: 0 });
  return {
    method: records[0]?.method ?? "",
    score: scoreOf(areas, randomAreas),
    areas,
    regret: {
      mean: steps.map((i) => mean(at(i))),
      low: steps.map((i) => quantile(at(i), 0.25)),
      high: steps.map((i) => quantile(at(i), 0.75)),
    },
    found,
    arrivals: targetsOf(quality).map((target) => arrivalAt(target, records, designs)),
    acceleration: SHARES.map((share) => ({
      share,
      factor: bootstrap(seeds, (indices) => {
        const arrived = crossing(meanCurve(curves, indices), share);
        return arrived === null ? null : (share * designs) / arrived;
      }),
    })),
    equalQuality: quality.ranks === null ? [] : equalQuality(quality.ranks, records),
    enrichment: peak,
  };
}

/** The share of the top set that has been measured after 1, 2, … experiments. */
function foundBy({ measured }: CampaignRecord, top: ReadonlySet<number>): number[] {
  const seen = new Set<number>();
  return measured.map((index) => {
    if (top.has(index)) seen.add(index);
    return seen.size / top.size;
  });
}

function meanCurve(curves: readonly (readonly number[])[], indices: readonly number[]): number[] {
  return (curves[0] ?? []).map((_, i) => indices.reduce((sum, k) => sum + (curves[k]?.[i] ?? 0), 0) / indices.length);
}

/** How many experiments it takes a rising curve to reach a level, between two of them by linear interpolation. */
function crossing(curve: readonly number[], level: number): number | null {
  const i = curve.findIndex((value) => value >= level);
  if (i < 0) return null;
  const before = curve[i - 1] ?? 0;
  return i + (level - before) / ((curve[i] as number) - before);
}

/** Median against median: when half of the random searches have a design as good as half of these campaigns have. */
function equalQuality(ranks: readonly number[], records: readonly CampaignRecord[]): MethodFigures["equalQuality"] {
  const budget = records[0]?.measured.length ?? 0;
  const least = ranks.reduce((a, b) => Math.min(a, b));
  return AFTER.filter((after) => after <= budget).map((after) => {
    const factorAt = (rank: number) => randomArrival(ranks.length, rank).median / after;
    const reached = records.map(({ measured }) =>
      measured.slice(0, after).reduce((best, index) => Math.min(best, ranks[index] as number), ranks.length),
    );
    const ceiling = factorAt(least);
    if (ceiling < LEAST_CEILING) {
      return { after, ceiling, factor: null, withheld: `ceiling below ${LEAST_CEILING}` };
    }
    const rank = bootstrap(records.length, (indices) =>
      quantile(
        indices.map((i) => reached[i] as number),
        0.5,
      ),
    );
    // The lower the rank, the later random search has it.
    const factor = rank && { value: factorAt(rank.value), low: factorAt(rank.high), high: factorAt(rank.low) };
    return { after, ceiling, factor, withheld: null };
  });
}
