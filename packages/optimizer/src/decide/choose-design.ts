import { logExpectedImprovement } from "../acquisition/log-expected-improvement.ts";
import type { Member } from "../model/fit-member.ts";
import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { Gain, Prospects } from "./open-prospects.ts";
import { sampleOf } from "./sample-of.ts";

/** The candidates of one choice. */
export interface Field {
  readonly prospects: Prospects;
  /** Which of them may be chosen, rising. */
  readonly open: readonly number[];
  /** Rows of pooled readings that count as achieved; without any, every candidate's own value is its improvement. */
  readonly leaders: readonly number[];
}

/** What was chosen and by which rule. */
export interface Choice {
  readonly index: number;
  readonly rule: "expected-improvement" | "posterior-draw";
  /** ln of the expected improvement, or the drawn value, in standard units. */
  readonly value: number;
  /** How many candidates were looked at. */
  readonly compared: number;
}

/** Constants of the choice; the defaults are tuned on the shared pools and frozen. */
interface ChoiceTuning {
  /** Expected improvement rules with the probability skill^this, else a draw from the posterior. */
  readonly trust: number;
  /** A draw without skill compares so many candidates picked at random; with full skill it compares all. */
  readonly fewest: number;
}

const CHOICE_TUNING: ChoiceTuning = { trust: 8, fewest: 2 };

/**
 * Returns the next candidate for one objective, or null when none is open.
 *
 * How far the model is believed follows from what it predicts of readings it was not shown. A skilled model chooses by expected
 * improvement. An unskilled one is wrong in a way that is worse than chance, since the places it knows nothing of are corners and
 * outliers: there the choice is the best of a few candidates picked at random, each judged by one draw from its posterior (W. R.
 * Thompson, Biometrika 25 (1933) 285–294), and between the two the number compared grows with skill. So it does not fall behind
 * random search by much anywhere, and leaves it behind where there is something to learn.
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
  const compared = improving ? field.open : sampleOf(field.open, subsetSize(skill, field.open.length, tuning), random);
  const incumbents = model.members.map((member) => incumbentOf(member, field.leaders));
  const improvement: Gain = (_, mean, spread, member) =>
    exp(Math.max(-700, logExpectedImprovement(mean, spread, incumbents[member] as number)));
  const draws = improving ? [] : compared.map(() => random.normal());
  // The greatest of so many standard normals is about √(2 ln n): divided by it, a large field is judged as boldly as a small one.
  const calm = 1 / Math.sqrt(Math.max(1, 2 * log(compared.length)));
  const drawn: Gain = (position, mean, spread) => mean + calm * spread * (draws[position] as number);
  const highestDrawn: Gain = (position, mean, spread) => mean + calm * spread * Math.max(0, draws[position] as number);
  const { position, value } = improving
    ? field.prospects.greatest(compared, improvement, improvement)
    : field.prospects.greatest(compared, drawn, highestDrawn);
  return {
    index: compared[position] as number,
    rule: improving ? "expected-improvement" : "posterior-draw",
    value: improving ? Math.max(log(value), -Number.MAX_VALUE) : value,
    compared: compared.length,
  };
}

/** The best of what was achieved, or a low bar where nothing was. */
function incumbentOf({ measured }: Member, leaders: readonly number[]): number {
  if (leaders.length === 0) return measured.means.reduce((least, mean) => Math.min(least, mean), 0);
  return leaders.reduce((most, row) => Math.max(most, measured.means[row] as number), Number.NEGATIVE_INFINITY);
}

function subsetSize(skill: number, open: number, { fewest }: ChoiceTuning): number {
  if (open <= fewest) return open;
  return Math.min(open, Math.ceil(exp(log(fewest) + (log(open) - log(fewest)) * skill)));
}
