import { addPicked, type CandidateBeliefs, type GainsOf } from "../acquisition/sampled-outcomes.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Member } from "../model/member.ts";
import { fitModel, type Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { Ambition } from "./ambition.ts";
import { type BestWorth, bestWorth } from "./best-worth.ts";
import type { Chances } from "./chances.ts";
import { subsetSize } from "./choose-design.ts";
import { flatten } from "./flatten.ts";
import { frontRows } from "./front-rows.ts";
import { chooseForFront, type FrontChoice, greatest } from "./front-choice.ts";
import { beliefsAbout, certain, certainShare } from "./front-gains.ts";
import { outcomeBeliefs, type QuantityView, viewQuantity } from "./outcome-beliefs.ts";
import { leadingMember } from "./rival.ts";
import { sampleOf } from "./sample-of.ts";
import { meanOutcomes, sampleOutcomes } from "./sample-outcomes.ts";

/** Candidates for several quantities, larger being better in each. */
export interface FrontSituation {
  /** Readings, one list per quantity, of the same designs in the same order. */
  readonly evidence: readonly Evidence[];
  /** Returns what the quantities together are to become. */
  readonly ambition: (views: readonly QuantityView[]) => Ambition;
  readonly candidates: readonly Float64Array[];
  /** Indices of the candidates that may be picked, rising. */
  readonly open: readonly number[];
  readonly pending: readonly Float64Array[];
  /** Null where nothing speaks against any design. */
  readonly chances: Chances | null;
  /** ln of what each candidate costs; null where they cost the same. */
  readonly logCosts: Float64Array | null;
  /** Adds candidates within about `radius` of each parameter's scale of one of them and returns their indices; null where there are no others. */
  readonly near: ((index: number, radius: number) => readonly number[]) | null;
}

/** One picked candidate; `choice` is null for a pick without a model. */
interface FrontPick {
  readonly index: number;
  readonly choice: FrontChoice | null;
}

/** The picks, and what they rest on: null with too few readings. */
export interface PickedFront {
  readonly picks: readonly FrontPick[];
  readonly models: readonly Model[] | null;
  /** The measured design of the greatest worth, where an outcome has one. */
  readonly best: BestWorth | null;
  /** The measured rows that keep what they must and that no other such row is believed to beat; null where outcomes have a worth. */
  readonly front: readonly number[] | null;
  /** The measured rows that were read within the bounds but are likelier to break them. */
  readonly doubted: readonly number[];
}

const FEWEST_MEASURED = 2;
const SAMPLES = 64;
// More candidates than this are first compared by the mean outcomes alone.
const MOST_SAMPLED = 1024;
// Of each parameter's scale: where the gain is greatest among candidates spread over the space, more is looked for so near.
const CLIMB = [0.2, 0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.01];
// That is done with the probability skill^this: the greatest gain that an unskilled model promises lies where it knows nothing.
const CLIMBING = 2;

/**
 * Returns the next `count` candidates in turn, each of the greatest expected gain towards the ambition, times its chance to be of use,
 * over its cost.
 *
 * The gain is the mean over 64 draws of what the designs measured, pending and picked are worth. Of the open candidates so many are
 * compared, picked at random, as the models have skill for: what an unskilled model takes for the best are corners and outliers. While no
 * measured design keeps the outcome constraints the candidate of the greatest chance is picked. Where there are others than the
 * candidates, more are looked at around the best one, nearer and nearer, the likelier the more skill the models have. Models believe
 * pending and picked candidates at their means.
 */
export function pickFront(situation: FrontSituation, count: number, random: Random): PickedFront {
  const { evidence, candidates, pending, chances } = situation;
  const models = evidence.map((own) => (own.values.length < FEWEST_MEASURED ? null : fitModel(own)));
  if (!models.every((model) => model !== null)) {
    const drawn = sampleOf(situation.open, count, random);
    return {
      picks: drawn.map((index) => ({ index, choice: null })),
      models: null,
      best: null,
      front: null,
      doubted: [],
    };
  }
  const [first] = models as [Model];
  const views = models.map(viewQuantity);
  const ambition = situation.ambition(views);
  const rows = rowsWhere(first, (features) => chances?.keeps(features) ?? true);
  const doubted = rowsWhere(
    first,
    (features) => chances !== null && chances.readWithin(features) && !chances.keeps(features),
  );
  const best = ambition.worth === null || rows.length === 0 ? null : bestWorth(views, rows, ambition.worth);
  const front = ambition.worth === null ? frontRows(models, rows) : null;
  const skill = models.reduce((sum, model) => sum + Math.min(1, Math.max(0, model.skill)), 0) / models.length;
  let sampled = sampleOutcomes(views, rows, SAMPLES, random);
  let means = meanOutcomes(views, rows);
  const believe = (features: Float64Array) => {
    const beliefs = outcomeBeliefs(views, features, 1);
    sampled = addPicked(sampled, beliefs, 0, random);
    means = addPicked(means, certain(beliefs.means), 0, random);
    for (const { members } of models) for (const member of members) member.believe(features);
    chances?.believe(features);
  };
  for (const features of pending) believe(features);

  const open = new Set(situation.open);
  const picks: FrontPick[] = [];
  while (picks.length < count && open.size > 0) {
    const all = [...open];
    const pick = rows.length === 0 ? likeliest(all) : expect(all);
    picks.push(pick);
    open.delete(pick.index);
    if (picks.length < count) believe(candidates[pick.index] as Float64Array);
  }
  for (const { members } of models) for (const member of members) member.forget();
  chances?.forget();
  return { picks, models, best, front, doubted };

  function expect(all: readonly number[]): FrontPick {
    const some = sampleOf(all, subsetSize(skill, all.length), random);
    const compared = some.length > MOST_SAMPLED ? promising(some) : some;
    const beliefs = beliefsAt(compared);
    const gainsOf = ambition.gainsOver(sampled, beliefs, random);
    const field = { compared, places: placesOf(compared), beliefs, factors: logFactors(compared), gainsOf };
    const choice = chooseForFront(ambition.name, field, (evidence[0] as Evidence).groups, leadingMember(first));
    const trusted = situation.near !== null && random.uniform() < exp(CLIMBING * log(skill));
    return trusted ? climb(choice, gainsOf, situation.near) : choice;
  }

  /** Looks nearer and nearer around a choice for more of the same gain. */
  function climb(
    from: { readonly index: number; readonly choice: FrontChoice },
    gainsOf: GainsOf,
    near: (index: number, radius: number) => readonly number[],
  ): FrontPick {
    let { index } = from;
    let { value, compared, exploit } = from.choice;
    for (const radius of CLIMB) {
      const fresh = near(index, radius);
      if (fresh.length === 0) continue;
      const beliefs = beliefsAt(fresh);
      const factors = logFactors(fresh);
      const scores = gainsOf(beliefs).map((gain, i) => gain + (factors[i] as number));
      const at = greatest(scores);
      compared += fresh.length;
      if (!((scores[at] as number) > value)) continue;
      index = fresh[at] as number;
      value = scores[at] as number;
      exploit = certainShare(gainsOf, beliefsAbout(beliefs, at, fresh.length));
    }
    return { index, choice: { ...from.choice, value, compared, exploit } };
  }

  /** The candidate of the greatest chance to be of use, where nothing measured is. */
  function likeliest(all: readonly number[]): FrontPick {
    const scores = logFactors(all);
    const at = greatest(scores);
    const choice = { value: scores[at] as number, compared: all.length, exploit: 0, rival: null };
    return { index: all[at] as number, choice: { rule: "feasibility", ...choice } };
  }

  /** The most promising by what they are expected to add to the mean outcomes. */
  function promising(all: readonly number[]): number[] {
    const factors = logFactors(all);
    const beliefs = beliefsAt(all);
    const gains = ambition.gainsOver(means, beliefs, random)(beliefs);
    const scores = gains.map((gain, i) => gain + (factors[i] as number));
    return [...all.keys()]
      .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
      .slice(0, MOST_SAMPLED)
      .map((i) => all[i] as number);
  }

  function logFactors(compared: readonly number[]): Float64Array {
    const chance = chances?.logAt(compared.map((index) => candidates[index] as Float64Array));
    return Float64Array.from(compared, (index, i) => (chance?.[i] ?? 0) - (situation.logCosts?.[index] ?? 0));
  }

  function beliefsAt(compared: readonly number[]): CandidateBeliefs {
    return outcomeBeliefs(views, placesOf(compared), compared.length);
  }

  function placesOf(compared: readonly number[]): Float64Array {
    return flatten(compared.map((index) => candidates[index] as Float64Array));
  }
}

/** The measured rows of which something is so. */
function rowsWhere({ members }: Model, isSo: (features: Float64Array) => boolean): number[] {
  const { count, dimensions, inputs } = (members[0] as Member).readings;
  const rows = Array.from({ length: count }, (_, row) => row);
  return rows.filter((row) => isSo(inputs.slice(row * dimensions, (row + 1) * dimensions)));
}
