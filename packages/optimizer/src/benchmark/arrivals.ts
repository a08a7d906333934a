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

/** How campaigns go on: from `starts` designs that are read one by one, by `batch` that are read together. */
export interface Rhythm {
  readonly starts: number;
  readonly batch: number;
}

const oneByOne: Rhythm = { starts: 0, batch: 1 };

/** A chance of one half that rounding may have left a little above it: by less than one more experiment among 100,000 changes it. */
const HALF = 0.5 * (1 + 1e-9);

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
    arrivalOf: ({ measured, readAfter }) => readAfter[measured.findIndex((index) => set.has(index))] ?? null,
  }));
}

/** Returns when a method's campaigns had a target; `designs` is how many there are in the pool, `rhythm` that of the campaigns. */
export function arrivalAt(
  target: Target,
  records: readonly CampaignRecord[],
  designs: number,
  rhythm: Rhythm,
): Arrival {
  const firsts = records.map((record) => target.arrivalOf(record));
  const budget = records[0]?.measured.length ?? 0;
  const inTime = firsts.filter((first) => first !== null);
  return {
    target: target.name,
    designs: target.designs,
    reached: inTime.length / firsts.length,
    median: bootstrap(firsts.length, (indices) => medianOf(indices.map((i) => firsts[i] ?? null)), budget),
    mean: inTime.length === firsts.length ? mean(inTime) : null,
    random: target.designs === null ? null : randomArrival(designs, target.designs, rhythm),
  };
}

/**
 * Returns when random search without replacement first has read one of `good` among `designs`: exactly, in the median and on
 * average. A median rank between two is a `good` between two.
 */
export function randomArrival(
  designs: number,
  good: number,
  { starts, batch }: Rhythm = oneByOne,
): { median: number; mean: number } {
  const readAfter = (made: number) =>
    made <= starts ? made : Math.min(designs, starts + batch * Math.ceil((made - starts) / batch));
  let median = 0;
  let mean = 0;
  for (let made = 0, missed = 1; missed > 0; made++) {
    const next = (missed * Math.max(0, designs - good - made)) / (designs - made);
    if (missed > HALF && next <= HALF) median = readAfter(made + 1);
    // Who has none yet makes as many more as are read together.
    if (readAfter(made) === made) mean += missed * (readAfter(made + 1) - made);
    missed = next;
  }
  // The sum is this, but for its rounding.
  return { median, mean: batch === 1 ? (designs + 1) / (good + 1) : mean };
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
