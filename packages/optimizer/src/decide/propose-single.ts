import type { Design } from "@labloop/contracts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { createRandom } from "../random/create-random.ts";
import type { Space } from "../space/space.ts";
import { chancesOf } from "./chances.ts";
import { expectedAt, leadersOf, negate, summarise } from "./describe-model.ts";
import type { Answer, DesignProposal, DesignRequest, Expected, Known } from "./design-request.ts";
import { drawSeed } from "./draw-seed.ts";
import { explainChoice } from "./explain-choice.ts";
import { openField } from "./open-field.ts";
import { pickDesigns } from "./pick-designs.ts";
import { recommend } from "./recommend.ts";

/** Returns the next designs where one quantity is to be made better, with the measured design believed best. */
export function proposeSingle(
  { study, trials, pending, seed }: DesignRequest,
  space: Space,
  known: Known,
  count: number,
): Answer {
  const random = createRandom(drawSeed(seed, trials.length, pending.length));
  const { designs, keys, quantities } = known.evidence;
  const evidence = quantities[0] as Evidence;
  const sign = study.objectives[0]?.goal === "minimise" ? -1 : 1;
  const name = study.objectives[0]?.name ?? "";
  const field = openField(space, leadersOf(evidence.values, designs), random);
  const taken = field.keys.map((key) => known.shut.has(key));
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  const chances = chancesOf(space, known.readings);
  const { picks, model, leaders } = pickDesigns(
    {
      evidence,
      candidates: field.features,
      measured: field.keys.map((key) => times.get(key) ?? 0),
      pending: pending.map((design) => space.encode(design)),
      taken,
      chance: chances === null ? null : chances.at(field.features),
      keeps: chances === null ? null : (features) => chances.keeps(features),
      remaining: study.budget === undefined ? undefined : Math.max(0, study.budget - known.spent - count),
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
          design: designs[rowDesign(model as Model, leader.row, evidence.features)] as Design,
          expected: signed({ value: leader.value, interval90: leader.interval90 }),
        };
  const measured = designs.map((design, i) => ({ design, features: evidence.features[i] as Float64Array }));
  const proposals = picks.map(({ index, choice }): DesignProposal => {
    const design = field.designs[index] as Design;
    const replicate = (times.get(field.keys[index] as string) ?? 0) > 0;
    if (model === null || choice === null) {
      return {
        design,
        predicted: null,
        acquisition: { name: "random-start", value: null },
        why: `one of the first designs, drawn at random from ${field.designs.length}: there is too little to learn from yet`,
        replicate,
      };
    }
    const expected = signed(expectedAt(model, field.features[index] as Float64Array));
    const why = replicate
      ? "measured again, since what is recommended in the end should be what it seems"
      : explainChoice(model, leaders, space.groups, measured, field.features[index] as Float64Array, choice);
    return {
      design,
      predicted: { [name]: expected },
      acquisition: { name: choice.rule, value: choice.value },
      why,
      replicate,
    };
  });
  return { proposals, best, models: model === null ? [] : [summarise(name, model)] };
}

/** The first reading whose features are those of a row. */
function rowDesign(model: Model, row: number, features: readonly Float64Array[]): number {
  const readings = model.members[0]?.readings;
  const width = readings?.dimensions ?? 0;
  const own = readings?.inputs.subarray(row * width, (row + 1) * width).join();
  return features.findIndex((other) => other.join() === own);
}
