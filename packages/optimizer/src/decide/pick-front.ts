import type { Evidence } from "../model/evidence.ts";
import type { Member } from "../model/fit-member.ts";
import { fitModel, type Model } from "../model/fit-model.ts";
import { hypervolume } from "../pareto/hypervolume.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { sampleOf } from "./sample-of.ts";

/** Candidates for several objectives, larger being better in each. */
export interface FrontSituation {
  /** Readings, one list per objective, of the same designs in the same order. */
  readonly evidence: readonly Evidence[];
  /** Per objective: the worst value that counts, where it is known. */
  readonly reference: readonly (number | undefined)[];
  readonly candidates: readonly Float64Array[];
  /** Indices of the candidates that may be picked, rising. */
  readonly open: readonly number[];
  readonly pending: readonly Float64Array[];
}

/** One pick for a front: the hypervolume that the drawn values would add, in units of the front's range. */
export interface FrontPick {
  readonly index: number;
  readonly gain: number | null;
}

const FEWEST_MEASURED = 2;
const BEYOND = 0.1;

/**
 * Returns the next `count` candidates in turn, and the models they rest on.
 *
 * Of candidates picked at random, as many as the models have skill for, each is judged by one draw of its values from the posteriors:
 * the one that adds most hypervolume to the front believed so far is picked (Thompson sampling for a front, as in E. Bradford,
 * A. Schweidtmann and A. Lapkin, J. Glob. Optim. 71 (2018) 407–438). Where no draw adds any, the draws are compared by their
 * weighted sum with weights drawn at random. Picked and pending candidates join the front at their means.
 */
export function pickFront(
  situation: FrontSituation,
  count: number,
  random: Random,
): { picks: FrontPick[]; models: readonly Model[] | null } {
  const { evidence, candidates, pending } = situation;
  const models = evidence.map((own) => (own.values.length < FEWEST_MEASURED ? null : fitModel(own)));
  const open = new Set(situation.open);
  const picks: FrontPick[] = [];
  if (models.some((model) => model === null)) {
    while (picks.length < count && open.size > 0) {
      const index = [...open][Math.floor(random.uniform() * open.size)] as number;
      picks.push({ index, gain: null });
      open.delete(index);
    }
    return { picks, models: null };
  }
  const leaders = (models as Model[]).map(leadingMember);
  const scale = frontScale(situation, leaders);
  const measured = Array.from({ length: leaders[0]?.readings.count ?? 0 }, (_, row) =>
    scale.normalise(leaders.map((member) => member.restore(member.measured.means[row] as number))),
  );
  const believed = [...measured, ...pending.map((features) => scale.normalise(meansAt(leaders, features)))];
  let front = paretoFront(believed).map((i) => believed[i] as Float64Array);
  const skill =
    (models as Model[]).reduce((sum, model) => sum + Math.max(0, Math.min(1, model.skill)), 0) / models.length;

  while (picks.length < count && open.size > 0) {
    const fewest = Math.min(2, open.size);
    const size = Math.min(open.size, Math.ceil(exp(log(fewest) + (log(open.size) - log(fewest)) * skill)));
    const compared = sampleOf([...open], size, random);
    const drawn = drawValues(
      leaders,
      compared.map((i) => candidates[i] as Float64Array),
      random,
    ).map(scale.normalise);
    const base = hypervolume(front, scale.reference);
    const gains = drawn.map((values) => hypervolume([...front, values], scale.reference) - base);
    const weights = leaders.map(() => random.uniform());
    const sums = drawn.map((values) => values.reduce((sum, value, k) => sum + value * (weights[k] as number), 0));
    const any = gains.some((gain) => gain > 0);
    const scores = any ? gains : sums;
    const best = scores.reduce((most, score, i) => (score > (scores[most] as number) ? i : most), 0);
    const index = compared[best] as number;
    picks.push({ index, gain: gains[best] as number });
    open.delete(index);
    const joined = [...front, scale.normalise(meansAt(leaders, candidates[index] as Float64Array))];
    front = paretoFront(joined).map((i) => joined[i] as Float64Array);
  }
  return { picks, models: models as Model[] };
}

function leadingMember({ members, weights }: Model): Member {
  const best = weights.reduce((most, weight, i) => (weight > (weights[most] as number) ? i : most), 0);
  return members[best] as Member;
}

function meansAt(members: readonly Member[], features: Float64Array): number[] {
  return members.map((member) => member.restore(member.predict(features).means[0] as number));
}

/** One draw of all values at each place; n × m. */
function drawValues(members: readonly Member[], places: readonly Float64Array[], random: Random): number[][] {
  const calm = 1 / Math.sqrt(Math.max(1, 2 * log(places.length)));
  const width = places[0]?.length ?? 0;
  const flat = new Float64Array(places.length * width);
  places.forEach((place, i) => flat.set(place, i * width));
  const beliefs = members.map((member) => member.predict(flat));
  return places.map((_, i) =>
    members.map((member, k) => {
      const { means, variances } = beliefs[k] as { means: Float64Array; variances: Float64Array };
      return member.restore((means[i] as number) + calm * Math.sqrt(variances[i] as number) * random.normal());
    }),
  );
}

/**
 * Brings values to the range measured so far, so that no unit outweighs another, with the origin a tenth of it below the worst value
 * of each objective. The nadir of the front would be nearer, but a young front has hardly any extent: counted from there, nothing
 * that widens it would be worth anything.
 */
function frontScale({ reference }: FrontSituation, members: readonly Member[]) {
  const rows = members[0]?.readings.count ?? 0;
  const ranges = members.map((member, k) => {
    const values = Array.from({ length: rows }, (_, row) => member.restore(member.measured.means[row] as number));
    const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
    const most = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
    const low = reference[k] ?? least - BEYOND * (most - least);
    return { low, span: most > low ? most - low : 1 };
  });
  return {
    reference: new Float64Array(members.length),
    normalise: (values: ArrayLike<number>) =>
      Float64Array.from(ranges, ({ low, span }, k) => ((values[k] as number) - low) / span),
  };
}
