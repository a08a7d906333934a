import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { CandidateChances } from "./candidate-chances.ts";
import { climb, type Found, isClimbed, type Near } from "./climb.ts";
import { drawBests, type Promised } from "./draw-bests.ts";
import { drawnGains } from "./drawn-gains.ts";
import { findRival, type SpreadRival } from "./find-rival.ts";
import { gainsAt } from "./gains-at.ts";
import { improvedGains } from "./improved-gains.ts";
import { leastChance } from "./least-chance.ts";
import type { Prospects } from "./open-prospects.ts";
import { sampleOf } from "./sample-of.ts";

/** The candidates of one choice. */
export interface Field {
  readonly prospects: Prospects;
  /** Which of them may be chosen, rising. */
  readonly open: readonly number[];
  /** Rows of pooled readings that count as achieved; without any and nothing promised, every candidate's own value is its improvement. */
  readonly leaders: readonly number[];
  /** Designs whose readings are still to come. */
  readonly promised: readonly Promised[];
  /** Returns what a candidate costs, over what designs cost on average; null where they cost the same. */
  readonly costOf: ((index: number) => number) | null;
  /** How likely they are to be of use, those beside them too; null where nothing speaks against any. */
  readonly chances: CandidateChances | null;
  /** What lies beside the candidates; null where nothing does. */
  readonly beside: Beside | null;
}

/** Designs that can become candidates. */
export interface Beside {
  readonly near: Near;
  /** Returns candidates, those added too, encoded, row-major. */
  readonly placesOf: (indices: readonly number[]) => Float64Array;
  /** So many features has each. */
  readonly width: number;
}

/** What was chosen and by which rule. */
export interface Choice {
  readonly index: number;
  readonly rule: "expected-improvement" | "posterior-draw" | "feasibility" | "knowledge-gradient" | "confirmation";
  /** ln of the expected improvement, or the drawn value, in standard units; with costs, the improvement or drawn gain is per cost, and the improvement is times the chance; for feasibility, ln of the chance, less where a known design is near; for the knowledge gradient, ln of the gain; for a confirmation, the reading to be confirmed, larger being better. */
  readonly value: number;
  /** How many candidates were looked at. */
  readonly compared: number;
  /** Its index is among all candidates; its scores are on the scale of `value`. */
  readonly rival: SpreadRival | null;
}

// A draw without skill compares so many candidates picked at random; with full skill it compares all.
const FEWEST = 2;

/**
 * Returns the next candidate for one objective, or null when none is open.
 *
 * Expected improvement chooses with the probability `trust`. Where the model deserves none it is wrong in a way that is worse than chance,
 * since the places a model knows nothing of are corners and outliers: there the choice is the best of candidates picked at random, each
 * judged by one draw from its posterior (W. R. Thompson, Biometrika 25 (1933) 285–294), a few of an unskilled model, and the more the better
 * it predicts readings it was not shown. So it does not fall behind random search by much anywhere, and leaves it behind where there is
 * something to learn. Of equals any is chosen.
 *
 * Improvement counts with the probability that the design is of use (M. A. Gelbart et al., "Bayesian optimization with unknown
 * constraints", UAI 2014). A draw looks only at candidates whose chance passes a bar, since a drawn value has no zero to fall to; so
 * does improvement where designs have failed.
 *
 * With the probability skill² more is looked at beside the best candidate, nearer and nearer, where anything lies there.
 */
export function chooseDesign(model: Model, field: Field, random: Random, trust: number): Choice | null {
  if (field.open.length === 0) return null;
  const skill = Math.min(1, Math.max(0, model.skill));
  const improving = random.uniform() < trust;
  const { chances } = field;
  // What is learned of failures says nearly the same on both sides of a border, and most is promised just beyond it.
  const barred = chances !== null && (!improving || chances.failed);
  const logs = barred ? chances.roughAt(field.open) : null;
  const least = logs === null ? Number.NEGATIVE_INFINITY : leastChance(logs, random);
  const useful = logs === null ? field.open : field.open.filter((_, i) => (logs[i] as number) >= least);
  const compared = improving ? useful : sampleOf(useful, subsetSize(skill, useful.length), random);
  const bests = drawBests(model, field.leaders, field.promised, random);
  const draws = improving ? [] : compared.map(() => random.normal());
  // The greatest of so many standard normals is about √(2 ln n): divided by it, a large field is judged as boldly as a small one.
  const calm = 1 / Math.sqrt(Math.max(1, 2 * log(compared.length)));
  const gainsOf = improving
    ? improvedGains(bests, chances, field.costOf)
    : (indices: readonly number[], drawAt: (position: number) => number) =>
        drawnGains(bests, field.costOf, calm, indices, drawAt);
  const drawAt = (position: number) => draws[position] as number;
  const gains = gainsOf(compared, drawAt);
  const onScale = (score: number) => (improving ? Math.max(log(score), -Number.MAX_VALUE) : score);
  const { equals, value } = field.prospects.greatest(compared, gains);
  // Categories make equals by the dozen, and what a list is sorted by says nothing of what a design is worth.
  const position = equals[equals.length > 1 ? Math.floor(random.uniform() * equals.length) : 0] as number;
  const there = { index: compared[position] as number, value, compared: compared.length };
  const found =
    field.beside === null || !isClimbed(skill, random) ? there : climbFrom(there, field.beside, drawAt(position));
  return {
    index: found.index,
    rule: improving ? "expected-improvement" : "posterior-draw",
    value: onScale(found.value),
    compared: found.compared,
    rival: findRival(model, field.prospects, { compared, chosen: there.index, gains, onScale }),
  };

  /** What lies beside a candidate is judged by as many deviations as the candidate was. */
  function climbFrom(from: Found, { near, placesOf, width }: Beside, draw: number): Found {
    return climb(from, near, (fresh, bar) => {
      const own = barred ? chances.roughAt(fresh) : null;
      const useful = own === null ? fresh : fresh.filter((_, i) => (own[i] as number) >= least);
      const found = gainsAt(
        model,
        placesOf(useful),
        width,
        gainsOf(useful, () => draw),
        bar,
      );
      const gainOf = new Map(useful.map((index, i) => [index, found[i] as number]));
      return fresh.map((index) => gainOf.get(index) ?? Number.NEGATIVE_INFINITY);
    });
  }
}

/** Returns how many of so many open candidates a draw compares: as many as the model has skill for, from 0 to 1. */
export function subsetSize(skill: number, open: number): number {
  if (open <= FEWEST) return open;
  return Math.min(open, Math.ceil(exp(log(FEWEST) + (log(open) - log(FEWEST)) * skill)));
}
