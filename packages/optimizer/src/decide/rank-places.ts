import type { StudyObjective } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { log } from "../special-functions/log.ts";
import { desirableWorth } from "./desirable-worth.ts";
import type { ReadPlace } from "./read-places.ts";

// So many weighings find the places all along a front.
const WEIGHINGS = 32;

/**
 * Returns orders of the places in which objectives were read, as indices, the best first: by each objective, and of several by their
 * desirability or by weighings of their ranks that pick out a front (the weighted Chebyshev distance, always the same weights). What
 * keeps its bounds comes before what does not.
 */
export function rankPlaces(objectives: readonly StudyObjective[], places: readonly ReadPlace[]): number[][] {
  const byGoal = objectives.map((objective, j) =>
    ranked(places, ({ outcome }) => {
      const own = outcome[j] ?? null;
      return own === null ? null : (desirableWorth([objective], [own]) ?? own);
    }),
  );
  if (objectives.length === 1) return byGoal;
  const complete = (outcome: ReadPlace["outcome"]) => outcome.filter((value) => value !== null);
  const joint = ranked(places, ({ outcome }) => {
    const values = complete(outcome);
    return values.length < objectives.length ? null : desirableWorth(objectives, values);
  });
  if (joint.length > 0) return [joint, ...byGoal];
  const rankOf = byGoal.map((order) => new Map(order.map((index, rank) => [index, rank])));
  const random = createRandom(0);
  const weighed = Array.from({ length: WEIGHINGS }, () => {
    const weights = objectives.map(() => -log(1 - random.uniform()));
    return ranked(places, ({ outcome }, index) => {
      if (complete(outcome).length < objectives.length) return null;
      return -weights.reduce((most, weight, j) => Math.max(most, weight * (1 + (rankOf[j]?.get(index) ?? 0))), 0);
    });
  });
  return [...byGoal, ...weighed];
}

/** The places that have a worth, the greatest first, what lacks less before all else; ties go to the first. */
function ranked(places: readonly ReadPlace[], worthOf: (place: ReadPlace, index: number) => number | null): number[] {
  const rows = places.flatMap((place, index) => {
    const worth = worthOf(place, index);
    return worth === null ? [] : [{ index, worth, lacking: place.lacking }];
  });
  rows.sort((a, b) =>
    a.lacking === b.lacking ? b.worth - a.worth || a.index - b.index : a.lacking < b.lacking ? -1 : 1,
  );
  return rows.map(({ index }) => index);
}
