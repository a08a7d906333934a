import type { Trial } from "@labloop/contracts";
import { compareVectors } from "../model/compare-vectors.ts";
import type { Space } from "../space/space.ts";
import { keepTrials } from "../study/keep-trials.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { rankPlaces } from "./rank-places.ts";
import { type ReadPlace, readPlaces } from "./read-places.ts";

// A process takes the square of their number in memory and its cube in time: of 2,000 designs a second, of 8,000 half a minute.
const MOST_LEARNED = 2000;

/**
 * Returns the readings that models learn from: all of them, or those of `most` of the campaign's own designs where there are more. A quarter
 * are the best, an eighth the newest, an eighth those nearest to the best, and half are spread over the others. Related campaigns stay as
 * they are.
 */
export function learnedTrials(
  space: Space,
  trials: readonly Trial[],
  readings: TrialReadings,
  most: number = MOST_LEARNED,
): TrialReadings {
  const own = [...readings.feasible, ...readings.infeasible]
    .filter((trial) => trials[trial]?.task === undefined)
    .sort((a, b) => a - b);
  if (own.length <= most) return readings;
  const places = readPlaces(space, trials, readings, own);
  if (places.length <= most) return readings;
  const kept = keepPlaces(places, rankPlaces(space.study.objectives, places), most);
  const left = new Set(places.flatMap((place, index) => (kept.has(index) ? [] : place.trials)));
  return keepTrials(readings, (trial) => !left.has(trial));
}

function keepPlaces(places: readonly ReadPlace[], orders: readonly (readonly number[])[], most: number): Set<number> {
  const kept = new Set<number>();
  const longest = orders.reduce((length, order) => Math.max(length, order.length), 0);
  const keep = (order: readonly number[], until: number) => {
    for (const index of order) {
      if (kept.size >= until) return;
      kept.add(index);
    }
  };
  for (let rank = 0; rank < longest; rank++) {
    keep(
      orders.flatMap((order) => order[rank] ?? []),
      most / 4,
    );
  }
  const newest = (index: number) => places[index]?.trials.at(-1) as number;
  keep(
    [...places.keys()].sort((a, b) => newest(b) - newest(a)),
    (3 * most) / 8,
  );
  const best = [...new Set(orders.flatMap((order) => order[0] ?? []))].map(
    (index) => (places[index] as ReadPlace).features,
  );
  const distances = places.map(({ features }) =>
    best.reduce((least, other) => Math.min(least, squaredDistance(features, other)), Number.POSITIVE_INFINITY),
  );
  keep(
    [...places.keys()].sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b),
    best.length === 0 ? 0 : most / 2,
  );
  // Evenly through the lexicographic order, which spreads them over the space.
  const others = [...places.keys()]
    .filter((index) => !kept.has(index))
    .sort((a, b) => compareVectors((places[a] as ReadPlace).features, (places[b] as ReadPlace).features));
  const wanted = most - kept.size;
  for (let i = 0; i < wanted; i++) kept.add(others[Math.floor((i * others.length) / wanted)] as number);
  return kept;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + (value - (b[k] as number)) ** 2, 0);
}
