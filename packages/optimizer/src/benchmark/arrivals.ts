import type { MethodFigures } from "@labloop/contracts";
import { bootstrap, mean, quantile } from "./bootstrap.ts";
import { bestShare, type Quality } from "./quality.ts";
import type { CampaignRecord } from "./run-campaign.ts";

type Arrival = MethodFigures["arrivals"][number];

/** Something to look for: when a campaign first had it, from 1, or null. */
export interface Target {
  readonly name: string;
  readonly designs: number | null;
  arrivalOf(record: CampaignRecord): number | null;
}

/** Returns what is looked for in a pool: designs of the best 5 % and 1 % and the best, or shares of the hypervolume. */
export function targetsOf(quality: Quality): Target[] {
  if (quality.ranks === null) {
    return [0.9, 0.95, 0.99].map((share) => ({
      name: `${Math.round(share * 100)} % of the hypervolume`,
      designs: null,
      arrivalOf: (record) => from1(quality.reached(record).findIndex((value) => value >= share * quality.best)),
    }));
  }
  const gains = quality.ranks.map((rank) => -rank);
  const sets: readonly (readonly [string, Set<number>])[] = [
    ["best 5 %", bestShare(gains, 0.05)],
    ["best 1 %", bestShare(gains, 0.01)],
    ["best of all", bestShare(gains, 0)],
  ];
  return sets.map(([name, set]) => ({
    name,
    designs: set.size,
    arrivalOf: ({ measured }) => from1(measured.findIndex((index) => set.has(index))),
  }));
}

/** Returns when a method's campaigns had a target; `designs` is how many there are in the pool. */
export function arrivalAt(target: Target, records: readonly CampaignRecord[], designs: number): Arrival {
  const firsts = records.map((record) => target.arrivalOf(record));
  const budget = records[0]?.measured.length ?? 0;
  const inTime = firsts.filter((first) => first !== null);
  return {
    target: target.name,
    designs: target.designs,
    reached: inTime.length / firsts.length,
    median: bootstrap(firsts.length, (indices) => medianOf(indices.map((i) => firsts[i] ?? null)), budget),
    mean: inTime.length === firsts.length ? mean(inTime) : null,
    random: target.designs === null ? null : randomArrival(designs, target.designs),
  };
}

/**
 * Returns when random search without replacement first has one of `good` among `designs`: exactly, in the median and on average.
 * A median rank between two is a `good` between two.
 */
export function randomArrival(designs: number, good: number): { median: number; mean: number } {
  let missed = 1;
  let median = 0;
  while (missed > 0.5) {
    missed *= Math.max(0, designs - good - median) / (designs - median);
    median += 1;
  }
  return { median, mean: (designs + 1) / (good + 1) };
}

/** The median where half of the campaigns arrived, those that did not being later than all others. */
function medianOf(firsts: readonly (number | null)[]): number | null {
  const median = quantile(
    firsts.map((first) => first ?? Number.MAX_SAFE_INTEGER),
    0.5,
  );
  return median > Number.MAX_SAFE_INTEGER / 4 ? null : median;
}

function from1(index: number): number | null {
  return index < 0 ? null : index + 1;
}
