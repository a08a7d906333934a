import type { MethodFigures } from "@labloop/contracts";
import { arrivalAt, randomArrival, type Rhythm, targetsOf } from "./arrivals.ts";
import { bootstrap, mean, quantile } from "./bootstrap.ts";
import type { Pool } from "./pool.ts";
import { type Quality, regretOf } from "./quality.ts";
import type { CampaignRecord } from "./run-campaign.ts";
import { scoreOf } from "./score-of.ts";

const SHARES = [0.2, 0.5, 0.8];
const AFTER = [20, 40, 60];
// Below this even an oracle could show no more than it, and the figure would flatter nobody but say little.
const LEAST_CEILING = 10;

/**
 * Returns the figures of one method; `records` and those of random search are of the same seeds, in the same order, and of the
 * same `rhythm`. What a batch holds counts from when it is read.
 */
export function summarise(
  pool: Pool,
  quality: Quality,
  records: readonly CampaignRecord[],
  random: readonly CampaignRecord[],
  rhythm: Rhythm,
): MethodFigures {
  const seeds = records.length;
  const regrets = records.map((record) => regretOf(quality, record));
  const areas = regrets.map(mean);
  const randomAreas = random.map((record) => mean(regretOf(quality, record)));
  const steps = Array.from({ length: records[0]?.measured.length ?? 0 }, (_, i) => i);
  const at = (i: number) => regrets.map((regret) => regret[i] as number);
  const curves = records.map((record) => foundBy(record, quality.top));
  const found = meanCurve(curves, [...curves.keys()]);
  const ends = [...new Set(records[0]?.readAfter ?? [])];
  const designs = pool.designs.length;
  const peak = steps
    .filter((i) => i >= rhythm.starts)
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
    arrivals: targetsOf(quality).map((target) => arrivalAt(target, records, designs, rhythm)),
    acceleration: SHARES.map((share) => ({
      share,
      factor: bootstrap(seeds, (indices) => {
        const arrived = crossing(meanCurve(curves, indices), ends, share);
        return arrived === null ? null : (share * designs) / arrived;
      }),
    })),
    equalQuality:
      quality.ranks === null
        ? []
        : equalQuality(
            quality.ranks,
            records,
            ends.filter((end) => end > rhythm.starts),
          ),
    enrichment: peak,
    campaigns: records.map(({ seed, measured, recommended }) => ({
      seed,
      measured: [...measured],
      recommended: [...recommended],
    })),
  };
}

/** The share of the top set that has been read after 1, 2, … experiments. */
function foundBy({ measured, readAfter }: CampaignRecord, top: ReadonlySet<number>): number[] {
  const seen = new Set<number>();
  let read = 0;
  return measured.map((_, i) => {
    for (; (readAfter[read] ?? Infinity) <= i + 1; read++) {
      const index = measured[read] as number;
      if (top.has(index)) seen.add(index);
    }
    return seen.size / top.size;
  });
}

function meanCurve(curves: readonly (readonly number[])[], indices: readonly number[]): number[] {
  return (curves[0] ?? []).map((_, i) => indices.reduce((sum, k) => sum + (curves[k]?.[i] ?? 0), 0) / indices.length);
}

/**
 * How many experiments it takes a rising curve to reach a level, between two readings by linear interpolation; `ends` are the
 * numbers of experiments after which something was read.
 */
function crossing(curve: readonly number[], ends: readonly number[], level: number): number | null {
  const k = ends.findIndex((end) => (curve[end - 1] as number) >= level);
  if (k < 0) return null;
  const [last, end] = [ends[k - 1] ?? 0, ends[k] as number];
  const before = curve[last - 1] ?? 0;
  return last + ((end - last) * (level - before)) / ((curve[end - 1] as number) - before);
}

/**
 * Median against median: when half of the random searches have a design as good as half of these campaigns have, after the last
 * batch that was read by then.
 */
function equalQuality(
  ranks: readonly number[],
  records: readonly CampaignRecord[],
  ends: readonly number[],
): MethodFigures["equalQuality"] {
  const budget = records[0]?.measured.length ?? 0;
  const least = ranks.reduce((a, b) => Math.min(a, b));
  const afters = AFTER.filter((after) => after <= budget).flatMap(
    (after) => ends.findLast((end) => end <= after) ?? [],
  );
  return [...new Set(afters)].map((after) => {
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
