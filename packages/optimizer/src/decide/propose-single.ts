import type { Design } from "@labloop/contracts";
import { explainAhead } from "../explanation/explain-ahead.ts";
import { exploitedShare } from "../explanation/explain-split.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { createRandom } from "../random/create-random.ts";
import { keyOf } from "../space/key-of.ts";
import { isPrice } from "../space/open-cost.ts";
import type { Space } from "../space/space.ts";
import { chancesOf } from "./chances.ts";
import type { Choice } from "./choose-design.ts";
import { believedAt, negate, summarise } from "./describe-model.ts";
import type { Answer, DesignProposal, DesignRequest, Expected, Known } from "./design-request.ts";
import { doubtedPlaces } from "./doubted-places.ts";
import { drawSeed } from "./draw-seed.ts";
import { explainChoice } from "./explain-choice.ts";
import { explainModel } from "./explain-model.ts";
import { fieldLeaders } from "./field-leaders.ts";
import type { SpreadRival } from "./find-rival.ts";
import { openField, type Region } from "./open-field.ts";
import { growingField } from "./growing-field.ts";
import { openOutlook } from "./open-outlook.ts";
import { lookAhead } from "../stopping/look-ahead.ts";
import { leadingRows } from "./leading-rows.ts";
import { modelOf, pickDesigns } from "./pick-designs.ts";
import { placesByKey } from "./places-by-key.ts";
import { priceDesigns } from "./price-designs.ts";
import { readDesign } from "./read-design.ts";
import { recommend } from "./recommend.ts";
import { leadingMember } from "./rival.ts";
import { rowDesign } from "./row-design.ts";
import { regionSides } from "./trust-region.ts";
import { withAspect } from "./with-aspect.ts";

// In a space of more parameters nearly all of it is far from every reading: a model promises most where it knows nothing.
const WIDE = 15;
// Of fewer designs nobody knows how far readings go: two that are alike would make all that is left look small.
const FEWEST_TOLD = 5;

const RULES: Record<Choice["rule"], string> = {
  "expected-improvement": "greatest expected improvement",
  "posterior-draw": "best of a draw from the model",
  feasibility: "nothing measured keeps its bounds yet; the likeliest to",
  confirmation: "measured again, since it would be the best and the other readings do not explain what was read there",
  "knowledge-gradient":
    "measured again, since what is recommended in the end should be what it seems; its reading tells most",
};

const SAYS_AGAIN: ReadonlySet<Choice["rule"]> = new Set(["confirmation", "knowledge-gradient"]);

/** Returns the next designs where one quantity is to be made better, with the measured design believed best. */
export function proposeSingle(
  { study, trials, pending, seed, ahead }: DesignRequest,
  space: Space,
  known: Known,
  count: number,
): Answer {
  const random = createRandom(drawSeed(seed, trials.length, pending.length));
  const { designs, keys, asked, quantities, admitted } = known.evidence;
  const evidence = quantities[0] as Evidence;
  const sign = study.objectives[0]?.goal === "minimise" ? -1 : 1;
  const name = study.objectives[0]?.name ?? "";
  const chances = chancesOf(space, known.readings);
  const fitted = modelOf(evidence);
  const region =
    fitted === null ? null : regionOf(space, fitted, evidence, designs, leadingRows(fitted, chances, admitted));
  const leading = fieldLeaders(evidence.values, { designs, keys, features: evidence.features, chances });
  const closed = new Set([...known.shut, ...known.tried.keys()]);
  // What keeps its bounds may lie near the leaders alone, where no thousand designs and no climb from one of them come to.
  const opened = openField(space, leading, random, region ?? (chances === null ? "everywhere" : "near-leaders-too"), {
    count,
    closed,
  });
  // A list has no others, and is not copied: it may be long. In a region as much is already looked for.
  const grown =
    study.candidates !== undefined || region !== null
      ? null
      : growingField(space, opened, closed, known.costOf, random);
  const field = grown ?? opened;
  const prices = priceDesigns(known.costOf, field.designs);
  const taken = field.keys.map(
    (key, i) => known.shut.has(key) || (prices !== null && !isPrice(prices.costs[i] as number)),
  );
  const readAt = placesByKey(evidence.features, [asked, keys]);
  const doubted = new Set(fitted === null ? [] : doubtedPlaces(fitted, evidence).map(({ place }) => place));
  const isDoubted = (key: string) => {
    const places = doubted.size === 0 ? [] : (readAt.get(key) ?? []);
    return places.length > 0 && places.every((place) => doubted.has(keyOf(place)));
  };
  const { picks, model, leaders } = pickDesigns(
    {
      evidence,
      candidates: field.features,
      measured: field.keys.map((key) => (isDoubted(key) ? 0 : (known.tried.get(key) ?? 0))),
      readAt: (index) => readAt.get(field.keys[index] as string) ?? [],
      pending: pending.map((design) => space.encode(design)),
      taken,
      chances,
      admitted,
      costOf: prices?.relativeOf ?? null,
      remaining: study.budget === undefined ? undefined : Math.max(0, study.budget - known.spent - count),
      unlearned: known.unlearned,
      model: fitted,
      drawn: study.candidates === undefined,
      near: grown?.near ?? null,
    },
    count,
    random,
  );
  const signed = (expected: Expected): Expected => (sign > 0 ? expected : negate(expected));
  // Without a design that keeps its bounds none is recommended.
  const leader = model === null || leaders.length === 0 ? null : recommend(model, leaders);
  const best =
    leader === null
      ? null
      : {
          ...readDesign(
            known.evidence,
            evidence.features[rowDesign(model as Model, leader.row, evidence.features)] as Float64Array,
          ),
          expected: signed({ value: leader.value, interval90: leader.interval90 }),
        };
  const measured = designs.map((design, i) => ({ design, features: evidence.features[i] as Float64Array }));
  const general = [
    ...known.leftOut,
    ...(model === null ? [] : explainModel(space, name, model, { readings: known.readings, measured, sign })),
  ];
  const runnerUpOf = ({ index, scoreAt, spread }: SpreadRival) => {
    const amount = { sd: spread, unit: study.objectives[0]?.unit ?? "" };
    return { design: field.designs[index] as Design, amount, gainAt: scoreAt };
  };
  const proposals = picks.map(({ index, choice }): DesignProposal => {
    const design = field.designs[index] as Design;
    const replicate = known.tried.has(field.keys[index] as string);
    if (model === null || choice === null) {
      return {
        design,
        predicted: null,
        acquisition: { name: "random-start", value: null },
        why: `one of the first designs, drawn at random from ${field.designs.length}: there is too little to learn from yet`,
        explanation: general,
        replicate,
      };
    }
    const features = field.features[index] as Float64Array;
    const expected = signed(believedAt(model, features));
    const among = choice.rule === "confirmation" ? "" : ` among ${choice.compared} designs`;
    const rule = RULES[choice.rule] + among;
    const isFree = isDoubted(field.keys[index] as string);
    const again = `measured again, ${isFree ? "since what was read there is not believed" : "as all were"}: `;
    const why = replicate && !SAYS_AGAIN.has(choice.rule) ? again + rule : rule;
    const explained = explainChoice([model], space, measured, {
      features,
      exploit: leaders.length === 0 || SAYS_AGAIN.has(choice.rule) ? null : exploitOf(model, leaders, features),
      score: choice.value,
      runnerUp: choice.rival === null ? null : runnerUpOf(choice.rival),
      chance: chances === null ? null : { ...chances, log: chances.logTold(features) },
      cost: known.costOf === null ? null : { value: known.costOf(design), unit: study.cost?.unit ?? "" },
    });
    return {
      design,
      predicted: { [name]: expected },
      acquisition: { name: choice.rule, value: Math.max(choice.value, -Number.MAX_VALUE) },
      why,
      explanation: [...explained, ...general],
      replicate,
    };
  });
  const untold = proposals.length === 0 ? { explanation: general } : {};
  const answer = { proposals, best, models: model === null ? [] : [summarise(name, model)], ...untold };
  if (ahead === undefined) return answer;
  const told = model?.members[0]?.readings.count ?? 0;
  if (model === null || leaders.length === 0 || told < FEWEST_TOLD) return { ...answer, ahead: null };
  const begun = new Map(pending.map((design) => [space.key(design), space.encode(design)]));
  const ideas = field.features.filter((_, i) => {
    const key = field.keys[i] as string;
    return !taken[i] && !known.tried.has(key) && !begun.has(key);
  });
  const outlook = openOutlook(model, leaders, [...ideas, ...begun.values()], chances);
  const look = lookAhead(outlook, ahead, random);
  const aspect = { aspect: "ahead", objective: name, ...explainAhead(look, study.objectives[0]?.unit ?? "1") } as const;
  return { ...withAspect(answer, aspect), ahead: look };
}

/** The exploited share as the member of most weight sees it. */
function exploitOf(model: Model, leaders: readonly number[], features: Float64Array): number {
  const member = leadingMember(model);
  const { means, variances } = member.predict(features);
  const incumbent = leaders.reduce(
    (most, row) => Math.max(most, member.measured.means[row] as number),
    Number.NEGATIVE_INFINITY,
  );
  return exploitedShare(means[0] as number, Math.sqrt(variances[0] as number), incumbent);
}

/** The box around the measured design believed best that a space of many parameters is looked through in. */
function regionOf(
  { study, groups, owners }: Space,
  model: Model,
  evidence: Evidence,
  designs: readonly Design[],
  rows: readonly number[],
): Region | null {
  // What cannot be varied makes no space wider.
  if (new Set(owners).size <= WIDE || study.candidates !== undefined || rows.length === 0) return null;
  const sides = regionSides(model, evidence.values, groups);
  const row = rowDesign(model, recommend(model, rows).row, evidence.features);
  if (sides === null) return null;
  const hope = (features: Float64Array) => {
    let sum = 0;
    model.members.forEach((member, m) => {
      const { means, variances } = member.predict(features);
      sum += (model.weights[m] as number) * ((means[0] as number) + Math.sqrt(variances[0] as number));
    });
    return sum;
  };
  return { centre: designs[row] as Design, sides, hope };
}
