import type { OutcomeConstraint } from "@labloop/contracts";
import type { OutcomeLimit } from "../acquisition/log-feasibility.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import { fitPart, type MemberPart } from "../model/fit-member.ts";
import type { Member } from "../model/member.ts";
import { rowSlope } from "../model/row-slope.ts";
import type { Space } from "../space/space.ts";
import { log, log1p } from "../special-functions/log.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { spreadOf } from "../model/standardise.ts";

/** What is believed of a limited quantity, and its limits in the unit that the member restores to. */
export interface FittedLimit extends OutcomeLimit {
  readonly member: Member;
}

// Bent, so many of the readings lie where the bend is still straight.
const STRAIGHT = 0.1;

/**
 * Returns one Gaussian process of the readings of a limited quantity with its limits; null where there are no readings.
 *
 * What lies far beyond a limit only tells that it is beyond, and its size drowns what happens near it. So where there is one limit
 * the process may see its readings as sign(d)·ln(1 + |d| ÷ s), d being the distance to the limit and s that of the nearest tenth
 * of the readings, whichever of the two predicts left-out readings with the higher density (the bend without s: D. Eriksson and
 * M. Poloczek, "Scalable constrained Bayesian optimization", AISTATS 2021).
 */
export function fitLimit(space: Space, readings: TrialReadings, limit: OutcomeConstraint): FittedLimit | null {
  const quantity = readings.quantities.get(limit.name) ?? { exact: [], censored: [] };
  const read = padCensored(quantity, readings.features, space.groups);
  if (read.length === 0) return null;
  const values = read.map(({ value }) => value);
  const known = read.map(({ uncertainty }) => uncertainty);
  const features = read.map(({ trial }) => readings.features[trial] as Float64Array);
  const fit = (own: readonly number[], slopes: readonly number[]) => {
    const uncertainties = known.map((spread, i) => (spread === null ? null : spread * (slopes[i] as number)));
    const found = fitPart(
      openKernel(),
      {
        features,
        groups: space.groups,
        values: own,
        ...(known.some((spread) => spread !== null) ? { uncertainties } : {}),
      },
      "matern-5/2",
      "identity",
    );
    if (found === null) return null;
    const logSlopes = slopes.map(log);
    const logSlope = logSlopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
    const slope = rowSlope({ logSlopes, logSlope }, features, found.part.readings);
    return { ...found, density: found.part.looDensity - log(spreadOf(own)) + slope };
  };
  const straight = fit(
    values,
    values.map(() => 1),
  );
  const bend = bendOf(values, limit);
  const bent = bend === null ? null : fit(bend.values, bend.slopes);
  if (bent !== null && (straight === null || bent.density > straight.density)) {
    return limited(bent, limit.min === undefined ? { max: 0 } : { min: 0 });
  }
  return straight === null ? null : limited(straight, { min: limit.min, max: limit.max });
}

/** The member of all readings: to be judged, a part of many is enough. */
function limited({ part, complete, isWhole }: MemberPart, limits: OutcomeLimit): FittedLimit | null {
  const member = isWhole ? part : complete(openKernel());
  return member === null ? null : { member, ...limits };
}

/**
 * The readings bent about the only limit, and the slope of the bend at each; null where there are two, where no reading is apart from it,
 * or where a distance is beyond the range of doubles.
 */
function bendOf(
  values: readonly number[],
  { min, max }: OutcomeConstraint,
): { readonly values: number[]; readonly slopes: number[] } | null {
  if ((min === undefined) === (max === undefined)) return null;
  const distances = values.map((value) => value - ((min ?? max) as number));
  const apart = distances
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const unit = apart[Math.floor(STRAIGHT * apart.length)];
  if (unit === undefined) return null;
  const bent = distances.map((own) => Math.sign(own) * log1p(Math.abs(own) / unit));
  const slopes = distances.map((own) => 1 / (unit + Math.abs(own)));
  return [...bent, ...slopes].every(Number.isFinite) ? { values: bent, slopes } : null;
}
