import type { Study, StudyObjective } from "@labloop/contracts";
import { meanReading } from "@labloop/contracts/front-standing";
import { covers } from "../pareto/covers.ts";
import type { QuantityReadings, TrialReadings } from "../study/read-trials.ts";
import { desirableWorth } from "./desirable-worth.ts";
import { keyOf } from "../space/key-of.ts";

/**
 * Returns the encoded places that the models may hold for the best, or for on the front, though nothing read there says so: where a
 * quantity was read as a bound alone, and a place of those `allowed` whose every quantity was read exactly is better than the worst that the
 * bounds allow. None without such a place: what cannot be recommended itself takes nobody's place.
 *
 * At its worst a quantity is as its bound says where what it hides is better, and worse than any number where it is worse. Better is
 * greater where one objective is, more desirable where objectives say what is, else nowhere worse and somewhere better: so a design
 * may be on a front for the sake of one objective whatever is known of another.
 */
export function unprovenPlaces(
  { objectives }: Pick<Study, "objectives">,
  { quantities, features }: Pick<TrialReadings, "quantities" | "features">,
  allowed: ReadonlySet<string>,
): ReadonlySet<string> {
  const placeOf = ({ trial }: { readonly trial: number }) => keyOf(features[trial] as Float64Array);
  const read = objectives.map(({ name }): QuantityReadings => quantities.get(name) ?? { exact: [], censored: [] });
  if (read.every(({ censored }) => censored.length === 0)) return new Set();
  const known = objectives.map((objective, j) => atWorst(objective, read[j] as QuantityReadings, placeOf));
  const places = new Set(known.flatMap((own) => [...own.keys()]));
  const settled: number[][] = [];
  const open: { readonly place: string; readonly outcome: (number | null)[] }[] = [];
  for (const place of places) {
    const there = known.map((own) => own.get(place));
    if (there.every((own) => own?.isExact)) {
      if (allowed.has(place)) settled.push(there.map((own) => own?.value as number));
    } else if (there.some((own) => own?.isExact === false)) {
      open.push({ place, outcome: there.map((own) => own?.value ?? null) });
    }
  }
  return new Set(
    open.flatMap(({ place, outcome }) => (settled.some((own) => isBeyond(objectives, own, outcome)) ? [place] : [])),
  );
}

/** What one objective is at least at each place where it was read, larger being better. */
function atWorst(
  { goal, desirability }: StudyObjective,
  { exact, censored }: QuantityReadings,
  placeOf: (reading: { readonly trial: number }) => string,
): Map<string, { readonly value: number; readonly isExact: boolean }> {
  const sign = goal === "minimise" ? -1 : 1;
  const better = sign > 0 ? "above" : "below";
  // Beyond a target it is worse again.
  const isTarget = desirability !== undefined && "target" in desirability;
  const found = new Map<string, { readonly value: number; readonly isExact: boolean }>();
  for (const own of censored) {
    const value = own.side === better && !isTarget ? sign * own.bound : Number.NEGATIVE_INFINITY;
    const before = found.get(placeOf(own))?.value ?? Number.NEGATIVE_INFINITY;
    found.set(placeOf(own), { value: Math.max(before, value), isExact: false });
  }
  for (const [place, own] of Map.groupBy(exact, placeOf)) {
    found.set(place, { value: sign * meanReading(own.map(({ value }) => value)), isExact: true });
  }
  return found;
}

/** Whether an outcome is better than another in what was read of the latter. */
function isBeyond(
  objectives: readonly StudyObjective[],
  own: readonly number[],
  other: readonly (number | null)[],
): boolean {
  const read = objectives.flatMap((objective, j) => {
    const theirs = other[j] ?? null;
    return theirs === null ? [] : [{ objective, own: own[j] as number, theirs }];
  });
  const among = read.map(({ objective }) => objective);
  const [ours, theirs] = [read.map((one) => one.own), read.map((one) => one.theirs)];
  const worth = desirableWorth(among, ours);
  if (worth !== null) return worth > (desirableWorth(among, theirs) ?? worth);
  return covers(ours, theirs, read.length) && !covers(theirs, ours, read.length);
}
