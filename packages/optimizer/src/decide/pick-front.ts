import { addPicked, firstSamples } from "../acquisition/sampled-outcomes.ts";
import { compareVectors } from "../model/compare-vectors.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { fitSound } from "../model/fit-sound.ts";
import type { Random } from "../random/create-random.ts";
import type { Ambition } from "./ambition.ts";
import { believedPending } from "./believed-pending.ts";
import { type BestWorth, bestWorth } from "./best-worth.ts";
import { candidateChances } from "./candidate-chances.ts";
import type { Chances } from "./chances.ts";
import { climb, isClimbed, type Near } from "./climb.ts";
import { subsetSize } from "./choose-design.ts";
import { frontRows } from "./front-rows.ts";
import { doubtsOf, type Remeasurable } from "./doubted-finds.ts";
import { firstOf } from "./first-of.ts";
import { chooseForFront, type FrontChoice } from "./front-choice.ts";
import { certain, certainShare } from "./front-gains.ts";
import { frontScores } from "./front-scores.ts";
import { likeliest } from "./likeliest.ts";
import { outcomeBeliefs, type QuantityView, viewQuantity } from "./outcome-beliefs.ts";
import { leadingMember } from "./rival.ts";
import { sampleOf } from "./sample-of.ts";
import { believedOutcomes, meanOutcomes, sampleOutcomes } from "./sample-outcomes.ts";
import { readPlacesOfAny, type SharedRow, sharedRows } from "./shared-rows.ts";
import { keyOf } from "../space/key-of.ts";

/** Candidates for several quantities, larger being better in each. */
export interface FrontSituation {
  /** Readings, one list per quantity; not every design need have one of each. */
  readonly evidence: readonly Evidence[];
  /** Returns what the quantities together are to become. */
  readonly ambition: (views: readonly QuantityView[]) => Ambition;
  readonly candidates: readonly Float64Array[];
  /** Indices of the candidates that may be picked and were not measured, rising. */
  readonly open: readonly number[];
  /** Those that were measured, rising: they may be picked where something that was read of them is not believed, and once no other is left. */
  readonly again: readonly Remeasurable[];
  readonly pending: readonly Float64Array[];
  /** Null where nothing speaks against any design. */
  readonly chances: Chances | null;
  /** Encoded places of measured designs that may be recommended; null or left out where all may. */
  readonly admitted?: ReadonlySet<string> | null;
  /** Returns ln of what a candidate costs; null where they cost the same. */
  readonly logCostOf: ((index: number) => number) | null;
  /** Null where there are no others than the candidates. */
  readonly near: Near | null;
}

/** One picked candidate; `choice` is null for a pick without a model. */
interface FrontPick {
  readonly index: number;
  readonly choice: FrontChoice | null;
}

/** A pick, and whether something that was read there is not believed. */
export type ToldPick = FrontPick & { readonly isDoubted: boolean };

/** The picks, and what they rest on: null with too few readings. */
export interface PickedFront {
  readonly picks: readonly ToldPick[];
  readonly models: readonly Model[] | null;
  /** The measured design of the greatest worth, where an outcome has one. */
  readonly best: BestWorth | null;
  /** The measured rows that keep what they must and that no other such row is believed to beat; null where outcomes have a worth. */
  readonly front: readonly SharedRow[] | null;
  /** The measured rows that were read within the bounds but are likelier to break them. */
  readonly doubted: readonly SharedRow[];
}

const FEWEST_MEASURED = 2;
const SAMPLES = 64;
// At a glance so many of the draws say what is worth a look.
const FEW_SAMPLES = 16;
// More candidates than this are first compared by the mean outcomes alone; of many readings, where a prediction is dear, at a glance.
const MOST_SAMPLED = 1024;
const MOST_PREDICTED = 128;
// Of those that are left, what a glance promises most of.
const MOST_LOOKED = 32;
// Of those in one round of a climb; in ln, so much less than the best so far may promise who is looked at.
const MOST_CLIMBED = 12;
const DOUBTFUL = 0.7;

/**
 * Returns the next `count` candidates in turn, each of the greatest expected gain towards the ambition, times its chance to be of use,
 * over its cost.
 *
 * The gain is the mean over 64 draws of what the designs measured, pending and picked are worth. Of the open candidates so many are
 * compared, picked at random, as the models have skill for: what an unskilled model takes for the best are corners and outliers. While no
 * measured design keeps the outcome constraints the candidate of the greatest chance is picked. Where there are others than the
 * candidates, more are looked at around the best one, nearer and nearer, the likelier the more skill the models have. Models believe
 * pending and picked candidates at their means. Fewer than `count` only when nothing may be picked.
 */
export function pickFront(situation: FrontSituation, count: number, random: Random): PickedFront {
  const { evidence, candidates, pending, chances, admitted = null } = situation;
  const models = evidence.map((own) => (own.values.length < FEWEST_MEASURED ? null : fitSound(own)));
  if (!models.every((model) => model !== null)) {
    const fresh = sampleOf(situation.open, count, random);
    const measured = situation.again.map(({ index }) => index);
    const drawn = [...fresh, ...sampleOf(measured, count - fresh.length, random)];
    return {
      picks: drawn.map((index) => ({ index, choice: null, isDoubted: false })),
      models: null,
      best: null,
      front: null,
      doubted: [],
    };
  }
  const [first] = models as [Model];
  const views = models.map(viewQuantity);
  const scores = frontScores(situation, views);
  const ambition = situation.ambition(views);
  const shared = sharedRows(models as [Model, ...Model[]]);
  const isAdmitted = (place: Float64Array) => admitted?.has(keyOf(place)) ?? true;
  const isLeading = (place: Float64Array) => isAdmitted(place) && (chances?.keeps(place) ?? true);
  const rows = shared.filter(({ place }) => isLeading(place));
  const doubted = shared.filter(
    ({ place }) => isAdmitted(place) && chances !== null && chances.readWithin(place) && !chances.keeps(place),
  );
  // Where nothing was read in full, what is believed of what was read in part is the bar.
  const partly = shared.length > 0 ? [] : readPlacesOfAny(models).filter(isLeading);
  const best = ambition.worth === null || rows.length === 0 ? null : bestWorth(views, rows, ambition.worth);
  const front = ambition.worth === null ? frontRows(models, rows) : null;
  const skill = models.reduce((sum, model) => sum + Math.min(1, Math.max(0, model.skill)), 0) / models.length;
  const isDear = models.some(({ members }) => members.some(({ glimpse }) => glimpse !== null));
  const most = isDear ? MOST_PREDICTED : MOST_SAMPLED;
  const isPartly = partly.length > 0;
  let sampled = isPartly ? believedOutcomes(views, partly, SAMPLES) : sampleOutcomes(views, rows, SAMPLES, random);
  let means = isPartly ? believedOutcomes(views, partly, 1) : meanOutcomes(views, rows);
  const believe = (features: Float64Array) => {
    const beliefs = outcomeBeliefs(views, features, 1);
    sampled = addPicked(sampled, beliefs, 0, random);
    means = addPicked(means, certain(beliefs.means), 0, random);
    for (const { members } of models) for (const member of members) member.believe(features);
    chances?.believe(features);
  };
  // Each is drawn in turn, which is not to change with which was begun first.
  for (const features of believedPending(pending.toSorted(compareVectors), models)) believe(features);

  const { again } = situation;
  const doubts = doubtsOf(models, evidence, { views, again, leading: rows, mayLead: isLeading, worth: ambition.worth });
  const finds = [...doubts.finds];
  const doubtful = new Set(doubts.all);
  const measured = again.map(({ index }) => index);
  const open = new Set(situation.open.length > 0 ? [...situation.open, ...doubtful] : measured);
  const picks: ToldPick[] = [];
  while (picks.length < count) {
    // What was measured and is believed waits until no other is left.
    if (open.size === 0) measured.filter(isUnpicked).forEach((index) => open.add(index));
    if (open.size === 0) break;
    const all = [...open];
    const find = finds.shift();
    const pick =
      find !== undefined
        ? confirming(find)
        : rows.length > 0 || isPartly
          ? expect(all)
          : chances === null
            ? drawn(all)
            : likeliestOf(all, chances);
    picks.push({ ...pick, isDoubted: doubtful.has(pick.index) });
    open.delete(pick.index);
    if (picks.length < count) believe(candidates[pick.index] as Float64Array);
  }
  for (const { members } of models) for (const member of members) member.forget();
  chances?.forget();
  return { picks, models, best, front, doubted };

  function isUnpicked(index: number): boolean {
    return picks.every((pick) => pick.index !== index);
  }

  function expect(all: readonly number[]): FrontPick {
    const some = sampleOf(all, subsetSize(skill, all.length), random);
    const compared = some.length > most ? promising(some) : some;
    const glance = scores.beliefsAt(compared, isDear);
    const gains = ambition.gainsOver(sampled, glance, random);
    const { gainsOf } = gains;
    // The weighings of five objectives are drawn anew at each call, and two draws are not on one scale.
    const isCoarse = isDear && ambition.name === "hypervolume-improvement";
    const roughlyOf = isCoarse
      ? ambition.gainsOver(firstSamples(sampled, FEW_SAMPLES), glance, random).gainsOf
      : gainsOf;
    const left = isDear
      ? firstOf(scores.scoresOf(compared, roughlyOf, true), MOST_LOOKED).map((i) => compared[i] as number)
      : compared;
    const field = {
      compared: left,
      places: scores.placesOf(left),
      beliefs: scores.beliefsAt(left),
      factors: scores.factorsOf(left),
      gains,
    };
    const found = chooseForFront(ambition.name, field, (evidence[0] as Evidence).groups, leadingMember(first));
    const choice = { ...found, choice: { ...found.choice, compared: compared.length } };
    if (situation.near === null || !isClimbed(skill, random)) return choice;
    const top = climb({ index: choice.index, ...choice.choice }, situation.near, (fresh, bar) => {
      if (!isDear) return scores.scoresOf(fresh, gainsOf);
      const rough = scores.scoresOf(fresh, roughlyOf, true);
      const kept = firstOf(rough, MOST_CLIMBED).filter((i) => (rough[i] as number) > bar - DOUBTFUL);
      const exact = scores.scoresOf(
        kept.map((i) => fresh[i] as number),
        gainsOf,
      );
      const found = rough.fill(Number.NEGATIVE_INFINITY);
      kept.forEach((i, k) => (found[i] = exact[k] as number));
      return found;
    });
    const { index, value, compared: looked } = top;
    const exploit = certainShare(gains, scores.beliefsAt([index]));
    return { index, choice: { ...choice.choice, value, compared: looked, exploit } };
  }

  /** What was read there would be on the front, or the best, and the other readings do not explain it. */
  function confirming(index: number): FrontPick {
    const compared = doubts.finds.length;
    return { index, choice: { rule: "confirmation", value: 0, compared, exploit: null, rival: null } };
  }

  /** Any candidate: what was measured is none of the study's designs, and sets no bar. */
  function drawn(all: readonly number[]): FrontPick {
    return { index: all[Math.floor(random.uniform() * all.length)] as number, choice: null };
  }

  function likeliestOf(all: readonly number[], own: Chances): FrontPick {
    const known = [
      ...new Set(evidence.flatMap(({ features }) => features)),
      ...pending,
      ...picks.map((pick) => candidates[pick.index] as Float64Array),
    ];
    const { logCostOf, near } = situation;
    const found = likeliest(
      {
        candidates,
        open: all,
        known,
        chances: candidateChances(own, candidates),
        logCostOf,
        near,
      },
      random,
    );
    return { index: found.index, choice: { rule: "feasibility", ...found, exploit: null, rival: null } };
  }

  /** The most promising by what they are expected to add to the mean outcomes. */
  function promising(all: readonly number[]): number[] {
    const beliefs = scores.beliefsAt(all, true);
    const factors = scores.factorsOf(all, true);
    const gains = ambition.gainsOver(means, beliefs, random).gainsOf(beliefs);
    return firstOf(
      gains.map((gain, i) => gain + (factors[i] as number)),
      most,
    ).map((i) => all[i] as number);
  }
}
