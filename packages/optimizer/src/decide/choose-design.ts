import { gainPerCost } from "../acquisition/gain-per-cost.ts";
import { noisyImprovement } from "../acquisition/noisy-improvement.ts";
import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { climb, type Found, isClimbed, type Near } from "./climb.ts";
import { drawBests, type Promised } from "./draw-bests.ts";
import { leastChance, likelyUseful } from "./least-chance.ts";
import type { Gain, Prospects } from "./open-prospects.ts";
import type { Rival } from "./rival.ts";
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
  /** Of each candidate ln of its chance to be of use; null where nothing speaks against any. */
  readonly chances: Float64Array | null;
  /** Whether designs that could not be made speak in the chances. */
  readonly failed: boolean;
  /** What lies beside the candidates; null where nothing does. */
  readonly beside: Beside | null;
}

/** Designs that can become candidates. */
export interface Beside {
  readonly near: Near;
  /** Returns candidates, those added too, encoded, row-major. */
  readonly placesOf: (indices: readonly number[]) => Float64Array;
  /** Returns ln of the chance of each to be of use; null where nothing speaks against any. */
  readonly chancesOf: (indices: readonly number[]) => Float64Array | null;
}

/** What was chosen and by which rule. */
export interface Choice {
  readonly index: number;
  readonly rule: "expected-improvement" | "posterior-draw" | "feasibility" | "knowledge-gradient";
  /** ln of the expected improvement, or the drawn value, in standard units; with costs, the improvement or drawn gain is per cost, and the improvement is times the chance; for feasibility, ln of the chance, less where a known design is near; for the knowledge gradient, ln of the gain. */
  readonly value: number;
  /** How many candidates were looked at. */
  readonly compared: number;
  /** Its index is among all candidates; its scores are on the scale of `value`. */
  readonly rival: SpreadRival | null;
}

/** With what one standard deviation of it amounts to, in the unit of the readings: half the way from one below to one above. */
export interface SpreadRival extends Rival {
  readonly spread: number;
}

/** Constants of the choice; the defaults are tuned on the shared pools and frozen. */
export interface ChoiceTuning {
  /** Expected improvement rules with the probability skill^this, else a draw from the posterior. */
  readonly trust: number;
  /** A draw without skill compares so many candidates picked at random; with full skill it compares all. */
  readonly fewest: number;
}

export const CHOICE_TUNING: ChoiceTuning = { trust: 8, fewest: 2 };

/**
 * Returns the next candidate for one objective, or null when none is open.
 *
 * How far the model is believed follows from what it predicts of readings it was not shown. A skilled model chooses by expected
 * improvement. An unskilled one is wrong in a way that is worse than chance, since the places it knows nothing of are corners and
 * outliers: there the choice is the best of a few candidates picked at random, each judged by one draw from its posterior (W. R.
 * Thompson, Biometrika 25 (1933) 285–294), and between the two the number compared grows with skill. So it does not fall behind
 * random search by much anywhere, and leaves it behind where there is something to learn.
 *
 * Improvement counts with the probability that the design is of use (M. A. Gelbart et al., "Bayesian optimization with unknown
 * constraints", UAI 2014). A draw looks only at candidates whose chance passes a bar, since a drawn value has no zero to fall to; so
 * does improvement where designs have failed.
 *
 * With the probability skill² more is looked at beside the best candidate, nearer and nearer, where anything lies there.
 */
export function chooseDesign(
  model: Model,
  field: Field,
  random: Random,
  tuning: ChoiceTuning = CHOICE_TUNING,
): Choice | null {
  if (field.open.length === 0) return null;
  const skill = Math.min(1, Math.max(0, model.skill));
  const improving = random.uniform() < exp(tuning.trust * log(skill));
  // What is learned of failures says nearly the same on both sides of a border, and most is promised just beyond it.
  const barred = !improving || field.failed;
  const least = barred ? leastChance(field.open, field.chances, random) : Number.NEGATIVE_INFINITY;
  const useful = likelyUseful(field.open, field.chances, least);
  const compared = improving ? useful : sampleOf(useful, subsetSize(skill, useful.length, tuning), random);
  const bests = drawBests(model, field.leaders, field.promised, random);
  const improvements = bests.map(noisyImprovement);
  const draws = improving ? [] : compared.map(() => random.normal());
  // The greatest of so many standard normals is about √(2 ln n): divided by it, a large field is judged as boldly as a small one.
  const calm = 1 / Math.sqrt(Math.max(1, 2 * log(compared.length)));
  const gainOf = ({ chances, indices, drawAt }: Terms): Gain => {
    const costAt = (position: number) => field.costOf?.(indices[position] as number) ?? 1;
    if (improving) {
      return (position, mean, spread, member) =>
        ((improvements[member] as (mean: number, sd: number) => number)(mean, spread) *
          (chances === null ? 1 : exp(chances(position)))) /
        costAt(position);
    }
    return (position, mean, spread, member) => {
      const drawn = mean + calm * spread * drawAt(position);
      if (field.costOf === null) return drawn;
      return gainPerCost(drawn - average(bests[member] as Float64Array), costAt(position));
    };
  };
  const known = field.chances;
  const chances = known === null ? null : (position: number) => known[compared[position] as number] as number;
  const drawAt = (position: number) => draws[position] as number;
  const gain = gainOf({ chances, indices: compared, drawAt });
  const ceiling = improving
    ? gain
    : gainOf({ chances, indices: compared, drawAt: (position) => Math.max(0, drawAt(position)) });
  const onScale = (score: number) => (improving ? Math.max(log(score), -Number.MAX_VALUE) : score);
  const { position, value } = field.prospects.greatest(compared, gain, ceiling);
  const there = { index: compared[position] as number, value, compared: compared.length };
  const found =
    field.beside === null || !isClimbed(skill, random) ? there : climbFrom(there, field.beside, drawAt(position));
  return {
    index: found.index,
    rule: improving ? "expected-improvement" : "posterior-draw",
    value: onScale(found.value),
    compared: found.compared,
    rival: findRival(model, field.prospects, compared, there.index, gain, ceiling, onScale),
  };

  /** What lies beside a candidate is judged by as many deviations as the candidate was. */
  function climbFrom(from: Found, { near, placesOf, chancesOf }: Beside, draw: number): Found {
    return climb(from, near, (fresh) => {
      const logs = chancesOf(fresh);
      const own = logs === null ? null : (i: number) => logs[i] as number;
      const gains = field.prospects.gainsAt(
        placesOf(fresh),
        gainOf({ chances: own, indices: fresh, drawAt: () => draw }),
      );
      return logs === null
        ? gains
        : gains.map((one, i) => ((logs[i] as number) < least ? Number.NEGATIVE_INFINITY : one));
    });
  }
}

/** What is known of designs beside what the model says, by their position in a comparison. */
interface Terms {
  /** ln of the chance to be of use; null where nothing speaks against any. */
  readonly chances: ((position: number) => number) | null;
  /** Of all candidates. */
  readonly indices: readonly number[];
  /** In standard deviations of what is believed. */
  readonly drawAt: (position: number) => number;
}

/**
 * The best of the others, at least half a lengthscale away where any is. It is judged by what is believed now: once the next designs of a
 * batch are picked, more is believed.
 */
function findRival(
  { members, weights }: Model,
  prospects: Prospects,
  compared: readonly number[],
  chosen: number,
  gain: Gain,
  ceiling: Gain,
  onScale: (score: number) => number,
): SpreadRival | null {
  const others = [...compared.keys()].filter((position) => compared[position] !== chosen);
  const apart = others.filter((position) => prospects.areApart(compared[position] as number, chosen));
  const positions = apart.length > 0 ? apart : others;
  if (positions.length === 0) return null;
  const moved =
    (own: Gain): Gain =>
    (position, mean, spread, member) =>
      own(positions[position] as number, mean, spread, member);
  const found = prospects.greatest(
    positions.map((position) => compared[position] as number),
    moved(gain),
    moved(ceiling),
  );
  const own = positions[found.position] as number;
  const index = compared[own] as number;
  const beliefs: { mean: number; spread: number }[] = [];
  prospects.raised(
    index,
    own,
    (_, mean, spread, member) => {
      beliefs[member] = { mean, spread };
      return 0;
    },
    0,
  );
  const weighed = (read: (belief: { mean: number; spread: number }, member: number) => number) =>
    beliefs.reduce((sum, belief, member) => sum + (weights[member] as number) * read(belief, member), 0);
  return {
    index,
    scoreAt: (deviations) =>
      onScale(weighed(({ mean, spread }, member) => gain(own, mean + deviations * spread, spread, member))),
    spread: weighed(({ mean, spread }, member) => {
      const own = members[member] as Model["members"][number];
      return (own.restore(mean + spread) - own.restore(mean - spread)) / 2;
    }),
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns how many of so many open candidates a draw compares: as many as the model has skill for, from 0 to 1. */
export function subsetSize(
  skill: number,
  open: number,
  { fewest }: Pick<ChoiceTuning, "fewest"> = CHOICE_TUNING,
): number {
  if (open <= fewest) return open;
  return Math.min(open, Math.ceil(exp(log(fewest) + (log(open) - log(fewest)) * skill)));
}
