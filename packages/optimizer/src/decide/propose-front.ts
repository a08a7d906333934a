import { createRandom } from "../random/create-random.ts";
import type { Space } from "../space/space.ts";
import { log } from "../special-functions/log.ts";
import { ambitionOf } from "./ambition.ts";
import { chancesOf } from "./chances.ts";
import { summarise } from "./describe-model.ts";
import type { Answer, DesignRequest, Known } from "./design-request.ts";
import { desirableWorth } from "./desirable-worth.ts";
import { drawSeed } from "./draw-seed.ts";
import { expectedOfEach } from "./expected-of-each.ts";
import { explainModel } from "./explain-model.ts";
import { fieldLeaders, frontLeaders } from "./field-leaders.ts";
import { openOffer } from "./open-offer.ts";
import { pickFront } from "./pick-front.ts";
import { placesByKey } from "./places-by-key.ts";
import { readDesign } from "./read-design.ts";
import { measuredBelief } from "./recommend.ts";
import type { SharedRow } from "./shared-rows.ts";
import { tellFrontAhead } from "./tell-front-ahead.ts";
import { tellFrontPick } from "./tell-front-pick.ts";

/** Returns the next designs where several quantities are to be made better together, or one by its desirability. */
export function proposeFront(
  { study, trials, pending, seed, ahead }: DesignRequest,
  space: Space,
  known: Known,
  count: number,
): Answer {
  const random = createRandom(drawSeed(seed, trials.length, pending.length));
  const { designs, keys, features, outcomes, quantities: evidence, admitted } = known.evidence;
  const chances = chancesOf(space, known.readings);
  // What was read in part may be as good as what was read in full, but nobody knows.
  const full = outcomes.flatMap((outcome, i) => (outcome.every((value) => value !== null) ? [{ outcome, i }] : []));
  const of = <T>(values: readonly T[]) => full.map(({ i }) => values[i] as T);
  const worths = full.flatMap(({ outcome }) => desirableWorth(study.objectives, outcome) ?? []);
  const read = { designs: of(designs), keys: of(keys), features: of(features), chances };
  const isDesirability = worths.length === full.length;
  const leaders = isDesirability
    ? fieldLeaders(worths, read)
    : frontLeaders(
        full.map(({ outcome }) => outcome),
        read,
        random,
      );
  const { field, near, relativeCostOf, taken } = openOffer(
    space,
    known,
    { leaders, within: "near-leaders-too", count },
    random,
  );
  const free = [...field.keys.keys()].filter((i) => !taken[i]);
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
      open: untried,
      again: free.flatMap((index) => {
        const key = field.keys[index] as string;
        return known.tried.has(key) ? [{ index, places: placesAt(key) }] : [];
      }),
      pending: pending.map((design) => space.encode(design)),
      chances,
      admitted,
      logCostOf: relativeCostOf === null ? null : (index) => log(relativeCostOf(index)),
      near,
    },
    count,
    random,
  );
  const measured = designs.map((design, i) => ({ design, features: features[i] as Float64Array }));
  const learned = (models ?? []).flatMap((model, k) => {
    const { name = "", goal } = study.objectives[k] ?? {};
    return explainModel(space, name, model, {
      readings: known.readings,
      measured,
      sign: goal === "minimise" ? -1 : 1,
    });
  });
  const general = [...known.leftOut, ...learned];
  const story = { space, known, field, models, chances, measured, general };
  const proposals = picks.map((pick) => tellFrontPick(pick, story));
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
            expected: expectedOfEach(study, models, (model, k) => measuredBelief(model, row.rows[k] as number)),
          })),
          doubted: doubted.map((row) => ({ ...readDesign(known.evidence, row.place), chance: chanceOf(row) })),
        }),
    models: (models ?? []).map((model, k) => summarise(study.objectives[k]?.name ?? "", model)),
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
