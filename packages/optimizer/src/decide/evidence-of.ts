import type { Design, Study, Trial } from "@labloop/contracts";
import { compareVectors } from "../model/compare-vectors.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Space } from "../space/space.ts";
import { ownReadings } from "../study/own-readings.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { ExactReading, TrialReadings } from "../study/read-trials.ts";
import { listingIn, UNEVEN } from "./listing-in.ts";
import { brokenPlaces } from "./broken-places.ts";
import { unprovenPlaces } from "./unproven-places.ts";
import { keyOf } from "../space/key-of.ts";

/** What the objectives of a study read, trial by trial; larger is better in each. */
export interface ObjectiveEvidence {
  /** One per objective, over the readings that have a value of it, in their order. */
  readonly quantities: readonly Evidence[];
  /** Per reading one value per objective; null where that was not read. */
  readonly outcomes: readonly (readonly (number | null)[])[];
  /** Per reading: the design as carried out, encoded, and its key. */
  readonly designs: readonly Design[];
  readonly features: readonly Float64Array[];
  readonly keys: readonly string[];
  /** Per reading: the design as asked for, and its key. */
  readonly requested: readonly Design[];
  readonly asked: readonly string[];
  /**
   * Encoded place to the reading that tells what was asked for there: where several designs ended up as one, of those that the study admits
   * the first in the order of their places, whichever was told first.
   */
  readonly readingAt: ReadonlyMap<string, number>;
  /** Encoded places of designs that the study admits and that proved what they are worth: the others are learned from, but never recommended. Null where all are. */
  readonly admitted: ReadonlySet<string> | null;
}

/**
 * Returns the evidence of the trials in which any objective was read. What related campaigns read, trials with a task, stands
 * apart: it is not a reading of this one. In a list, how far a surface spreads is learned while the laboratory `isIdle`: beside designs that are not read yet what
 * spreads further is one gamble taken several times. Where the list is what earlier campaigns left it is not: what their crowds say of its distances does not hold
 * for the lonely designs, of which a wide surface promises most.
 */
export function evidenceOf(
  space: Space,
  study: Study,
  trials: readonly Trial[],
  readings: TrialReadings,
  isIdle = false,
): ObjectiveEvidence {
  const taskOf = (trial: number) => trials[trial]?.task;
  const own = readTask(space, readings, (trial) => taskOf(trial) === undefined);
  const tasks = [...new Set(readings.feasible.flatMap((trial) => taskOf(trial) ?? []))].sort();
  const related = tasks
    .map((task) => ({ task, ...readTask(space, readings, (trial) => taskOf(trial) === task) }))
    .filter(({ rows }) => rows.length > 0);
  const places = readings.features.map((own) => (own === null ? "" : keyOf(own)));
  const placeOf = (trial: number) => places[trial] as string;
  const ownOnly = ownReadings(readings, trials);
  const broken = new Set(study.outcomeConstraints.flatMap((limit) => brokenPlaces(ownOnly, limit)));
  // What was asked for is judged where it is known: an instrument may have ended up beside it.
  const made = new Set(own.rows.filter((trial) => space.admits(requestedOf(trials[trial] as Trial))));
  const allowed = new Set([...made].map(placeOf).filter((place) => !broken.has(place)));
  const unproven = unprovenPlaces(study, ownOnly, allowed);
  const admitted = own.rows.filter((trial) => made.has(trial) && !unproven.has(placeOf(trial)));
  const featuresOf = (rows: readonly number[]) => rows.map((trial) => readings.features[trial] as Float64Array);
  /** What was read of one objective. */
  const quantityOf = ({ read }: TaskReadings, k: number) => {
    const exact = (read[k] as TaskReadings["read"][number]).filter((one) => one !== null);
    const known = exact.map(({ uncertainty }) => uncertainty);
    return {
      features: featuresOf(exact.map(({ trial }) => trial)),
      values: exact.map(({ value }) => value),
      ...(known.some((one) => one !== null) ? { uncertainties: known } : {}),
    };
  };
  const listing = listingIn(space);
  const loneliness = listing?.loneliness ?? null;
  const learnsVariance = isIdle && listing !== null && listing.unevenness < UNEVEN;
  return {
    quantities: study.objectives.map((_, k): Evidence => {
      const others = related.flatMap((one) => {
        const theirs = quantityOf(one, k);
        return theirs.values.length === 0 ? [] : [{ task: one.task, ...theirs }];
      });
      return {
        ...quantityOf(own, k),
        groups: space.groups,
        ...(loneliness === null ? {} : { loneliness }),
        ...(learnsVariance ? { learnsVariance } : {}),
        ...(others.length === 0 ? {} : { related: others }),
      };
    }),
    outcomes: own.rows.map((_, i) => own.read.map((values) => values[i]?.value ?? null)),
    features: featuresOf(own.rows),
    designs: own.rows.map((trial) => trials[trial]?.design as Design),
    keys: own.rows.map((trial) => readings.keys[trial] as string),
    requested: own.rows.map((trial) => requestedOf(trials[trial] as Trial)),
    asked: own.rows.map((trial) => readings.asked[trial] as string),
    readingAt: readingByPlace(space, trials, own.rows, { placeOf, isAllowed: (trial) => made.has(trial) }),
    admitted: admitted.length === own.rows.length ? null : new Set(admitted.map(placeOf)),
  };
}

function requestedOf({ design, requested = design }: Trial): Design {
  return requested;
}

/** Of each place the index among `rows` of the trial that tells best what was asked for. */
function readingByPlace(
  space: Space,
  trials: readonly Trial[],
  rows: readonly number[],
  {
    placeOf,
    isAllowed,
  }: { readonly placeOf: (trial: number) => string; readonly isAllowed: (trial: number) => boolean },
): ReadonlyMap<string, number> {
  const wish = (row: number) => space.encode(requestedOf(trials[rows[row] as number] as Trial));
  const found = new Map<string, number>();
  rows.forEach((trial, row) => {
    const place = placeOf(trial);
    const before = found.get(place);
    if (before === undefined) {
      found.set(place, row);
      return;
    }
    const lead = Number(isAllowed(trial)) - Number(isAllowed(rows[before] as number));
    if (lead > 0 || (lead === 0 && compareVectors(wish(row), wish(before)) < 0)) found.set(place, row);
  });
  return found;
}

interface TaskReadings {
  readonly rows: readonly number[];
  /** Per objective, one entry a trial of `rows`; null where it was not read. */
  readonly read: readonly (readonly (ExactReading | null)[])[];
}

/** The trials of one campaign in which any objective was read, and those readings, larger being better. */
function readTask(space: Space, readings: TrialReadings, belongs: (trial: number) => boolean): TaskReadings {
  const valuesOf = space.study.objectives.map(({ name, goal }) => {
    const { exact, censored } = readings.quantities.get(name) ?? { exact: [], censored: [] };
    const quantity = {
      exact: exact.filter(({ trial }) => belongs(trial)),
      censored: censored.filter(({ trial }) => belongs(trial)),
    };
    const padded = padCensored(quantity, readings.features, space.groups);
    return new Map(padded.map((one) => [one.trial, { ...one, value: goal === "minimise" ? -one.value : one.value }]));
  });
  const rows = readings.feasible.filter((trial) => belongs(trial) && valuesOf.some((values) => values.has(trial)));
  return { rows, read: valuesOf.map((values) => rows.map((trial) => values.get(trial) ?? null)) };
}
