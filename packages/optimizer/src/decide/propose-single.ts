import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { createRandom } from "../random/create-random.ts";
import { keyOf } from "../space/key-of.ts";
import type { Space } from "../space/space.ts";
import { chancesOf } from "./chances.ts";
import { negate, summarise } from "./describe-model.ts";
import type { Answer, DesignRequest, Expected, Known } from "./design-request.ts";
import { doubtedPlaces } from "./doubted-places.ts";
import { drawSeed } from "./draw-seed.ts";
import { explainModel } from "./explain-model.ts";
import { fieldLeaders } from "./field-leaders.ts";
import { listingIn } from "./listing-in.ts";
import { leadingRows } from "./leading-rows.ts";
import { openOffer } from "./open-offer.ts";
import { modelOf, pickDesigns } from "./pick-designs.ts";
import { placesByKey } from "./places-by-key.ts";
import { readDesign } from "./read-design.ts";
import { recommend } from "./recommend.ts";
import { regionAround } from "./region-around.ts";
import { rowDesign } from "./row-design.ts";
import { tellAhead } from "./tell-ahead.ts";
import { tellPick } from "./tell-pick.ts";

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
    fitted === null ? null : regionAround(space, fitted, evidence, designs, leadingRows(fitted, chances, admitted));
  const { field, near, relativeCostOf, taken } = openOffer(
    space,
    known,
    {
      leaders: fieldLeaders(evidence.values, { designs, keys, features: evidence.features, chances }),
      // What keeps its bounds may lie near the leaders alone, where no thousand designs and no climb from one of them come to.
      within: region ?? (chances === null ? "everywhere" : "near-leaders-too"),
      count,
    },
    random,
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
      costOf: relativeCostOf,
      remaining: study.budget === undefined ? undefined : Math.max(0, study.budget - known.spent - count),
      unlearned: known.unlearned,
      model: fitted,
      filling: listingIn(space),
      near,
    },
    count,
    random,
  );
  const measured = designs.map((design, i) => ({ design, features: evidence.features[i] as Float64Array }));
  const learned = model === null ? [] : explainModel(space, name, model, { readings: known.readings, measured, sign });
  const general = [...known.leftOut, ...learned];
  const story = { space, known, field, model, leaders, chances, measured, isDoubted, general };
  const proposals = picks.map(({ index, choice }) => tellPick(index, choice, story));
  const answer = {
    proposals,
    best: bestOf(),
    models: model === null ? [] : [summarise(name, model)],
    ...(proposals.length === 0 ? { explanation: general } : {}),
  };
  if (ahead === undefined) return answer;
  const unread = known.unlearned + known.readings.infeasible.length;
  return tellAhead(answer, { study, model, leaders, chances, candidates: unmeasured(), unread }, ahead, random);

  /** Without a design that keeps its bounds none is recommended. */
  function bestOf(): Answer["best"] {
    if (model === null || leaders.length === 0) return null;
    const { row, value, interval90 } = recommend(model, leaders);
    const expected: Expected = { value, interval90 };
    const place = evidence.features[rowDesign(model as Model, row, evidence.features)] as Float64Array;
    return { ...readDesign(known.evidence, place), expected: sign > 0 ? expected : negate(expected) };
  }

  /** What may still be measured, and what is being measured now. */
  function unmeasured(): Float64Array[] {
    const begun = new Map(pending.map((design) => [space.key(design), space.encode(design)]));
    const open = field.features.filter((_, i) => {
      const key = field.keys[i] as string;
      return !taken[i] && !known.tried.has(key) && !begun.has(key);
    });
    return [...open, ...begun.values()];
  }
}
