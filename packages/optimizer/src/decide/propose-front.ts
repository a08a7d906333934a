import type { Design } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { isPrice } from "../space/open-cost.ts";
import type { Space } from "../space/space.ts";
import { log } from "../special-functions/log.ts";
import { ambitionOf } from "./ambition.ts";
import { chancesOf } from "./chances.ts";
import { believedAt, negate, summarise } from "./describe-model.ts";
import type { Answer, DesignProposal, DesignRequest, Known } from "./design-request.ts";
import { desirableWorth } from "./desirable-worth.ts";
import { drawSeed } from "./draw-seed.ts";
import { explainChoice } from "./explain-choice.ts";
import { explainModel } from "./explain-model.ts";
import { fieldLeaders, frontLeaders } from "./field-leaders.ts";
import type { FrontChoice } from "./front-choice.ts";
import { growingField } from "./growing-field.ts";
import { openField } from "./open-field.ts";
import { pickFront } from "./pick-front.ts";
import { placesByKey } from "./places-by-key.ts";
import { priceDesigns } from "./price-designs.ts";
import { readDesign } from "./read-design.ts";
import { measuredBelief } from "./recommend.ts";
import type { SharedRow } from "./shared-rows.ts";
import { tellFrontAhead } from "./tell-front-ahead.ts";

const WHY: Record<FrontChoice["rule"], string> = {
  "hypervolume-improvement": "it is expected to widen the front most",
  "scalarised-improvement": "it is expected to gain most under one random weighing of the objectives",
  "desirability-improvement": "it is expected to gain most in desirability",
  feasibility: "nothing measured keeps its bounds yet, and it is the likeliest to",
  confirmation:
    "measured again, since it would be among the best and the other readings do not explain what was read there",
};

const WHY_NIL = "none is expected to gain anything, and it comes nearest to a gain";

/** Returns the next designs where several quantities are to be made better together, or one by its desirability. */
export function proposeFront(
  { study, trials, pending, seed, ahead }: DesignRequest,
  space: Space,
  known: Known,
  count: number,
): Answer {
  const random = createRandom(drawSeed(seed, trials.length, pending.length));
  const { designs, keys, features, outcomes, quantities: evidence, admitted } = known.evidence;
  const names = study.objectives.map(({ name }) => name);
  const signs = study.objectives.map(({ goal }) => (goal === "minimise" ? -1 : 1));
  const chances = chancesOf(space, known.readings);
  // What was read in part may be as good as what was read in full, but nobody knows.
  const full = outcomes.flatMap((outcome, i) => (outcome.every((value) => value !== null) ? [{ outcome, i }] : []));
  const of = <T>(values: readonly T[]) => full.map(({ i }) => values[i] as T);
  const worths = full.flatMap(({ outcome }) => desirableWorth(study.objectives, outcome) ?? []);
  const read = { designs: of(designs), keys: of(keys), features: of(features), chances };
  const isDesirability = worths.length === full.length;
  const leading = isDesirability
    ? fieldLeaders(worths, read)
    : frontLeaders(
        full.map(({ outcome }) => outcome),
        read,
        random,
      );
  const closed = new Set([...known.shut, ...known.tried.keys()]);
  const opened = openField(space, leading, random, "near-leaders-too", { count, closed });
  // A list has no others, and is not copied: it may be long.
  const grown = study.candidates !== undefined ? null : growingField(space, opened, closed, known.costOf, random);
  const field = grown ?? opened;
  const prices = priceDesigns(known.costOf, field.designs);
  const free = field.keys.flatMap((key, i) =>
    known.shut.has(key) || (prices !== null && !isPrice(prices.costs[i] as number)) ? [] : [i],
  );
  const untried = free.filter((i) => !known.tried.has(field.keys[i] as string));
  const readAt = placesByKey(features, [known.evidence.asked, keys]);
  const placesAt = (key: string) => readAt.get(key) ?? [];
  // What is looked at beside them stands after them.
  const listed = field.keys.length;
  const { picks, models, best, front, doubted } = pickFront(
    {
      evidence,
      ambition: (views) => ambitionOf(study, views),
      candidates: field.features,
      open: untried.length > 0 ? untried : free,
      again: free.flatMap((index) => {
        const key = field.keys[index] as string;
        return known.tried.has(key) ? [{ index, places: placesAt(key) }] : [];
      }),
      pending: pending.map((design) => space.encode(design)),
      chances,
      admitted,
      logCostOf: prices === null ? null : (index) => log(prices.relativeOf(index)),
      near: grown?.near ?? null,
    },
    count,
    random,
  );
  const neighbours = designs.map((design, i) => ({ design, features: features[i] as Float64Array }));
  const learned = (models ?? []).flatMap((model, k) =>
    explainModel(space, names[k] as string, model, {
      readings: known.readings,
      measured: neighbours,
      sign: signs[k] as number,
    }),
  );
  const general = [...known.leftOut, ...learned];
  const proposals = picks.map(({ index, choice }): DesignProposal => {
    const design = field.designs[index] as Design;
    const replicate = known.tried.has(field.keys[index] as string);
    if (models === null || choice === null) {
      const why = "one of the first designs, drawn at random: there is too little to learn from yet";
      return {
        design,
        predicted: null,
        acquisition: { name: "random-start", value: null },
        why,
        explanation: general,
        replicate,
      };
    }
    const own = field.features[index] as Float64Array;
    const predicted = models.map((model, k) => {
      const expected = believedAt(model, own);
      return [names[k] as string, (signs[k] as number) > 0 ? expected : negate(expected)] as const;
    });
    const { rule, value, compared, exploit, rival } = choice;
    const explained = explainChoice(models, space, neighbours, {
      features: own,
      exploit,
      score: value,
      runnerUp:
        rival === null ? null : { design: field.designs[rival.index] as Design, amount: null, gainAt: rival.scoreAt },
      chance: chances === null ? null : { ...chances, log: chances.logTold(own) },
      cost: known.costOf === null ? null : { value: known.costOf(design), unit: study.cost?.unit ?? "" },
    });
    return {
      design,
      predicted: Object.fromEntries(predicted),
      acquisition: { name: rule, value: Math.max(value, -Number.MAX_VALUE) },
      why:
        rule === "confirmation"
          ? WHY.confirmation
          : `of ${compared} designs compared, ${exploit === null && rule !== "feasibility" ? WHY_NIL : WHY[rule]}`,
      explanation: [...explained, ...general],
      replicate,
    };
  });
  const answer = {
    proposals,
    best:
      best === null || models === null
        ? null
        : {
            ...readDesign(known.evidence, best.row.place),
            expected: { value: best.value, interval90: best.interval90 },
          },
    ...(front === null || models === null
      ? {}
      : {
          front: front.map((row) => ({
            ...readDesign(known.evidence, row.place),
            ...(chances?.bounded === true ? { chance: chanceOf(row) } : {}),
            expected: Object.fromEntries(
              models.map((model, k) => {
                const { value, interval90 } = measuredBelief(model, row.rows[k] as number);
                const expected = { value, interval90 };
                return [names[k] as string, (signs[k] as number) > 0 ? expected : negate(expected)] as const;
              }),
            ),
          })),
          doubted: doubted.map((row) => ({ ...readDesign(known.evidence, row.place), chance: chanceOf(row) })),
        }),
    models: (models ?? []).map((model, k) => summarise(names[k] as string, model)),
    ...(proposals.length === 0 ? { explanation: general } : {}),
  };
  if (ahead === undefined) return answer;
  const indices = [...untried, ...field.keys.keys().drop(listed)];
  const candidates = [
    ...indices.map((i) => field.features[i] as Float64Array),
    ...pending.map((design) => space.encode(design)),
  ];
  return tellFrontAhead(answer, { study, models, chances, admitted, candidates }, ahead, random);

  /** How likely a row keeps its bounds; 1 where nothing bounds it. */
  function chanceOf({ place }: SharedRow): number {
    return chances?.toldWithin(place) ?? 1;
  }
}
