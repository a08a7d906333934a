import type { Study } from "@labloop/contracts";
import { outcomesOf } from "../acquisition/sampled-outcomes.ts";
import type { Model } from "../model/fit-model.ts";
import { copyReach, extendReach, type FrontReach, gainInReach, reachFrom } from "../pareto/front-reach.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import type { FrontOutlook } from "../stopping/look-ahead-front.ts";
import { openSearch } from "../stopping/open-search.ts";
import { referenceOf } from "./ambition.ts";
import type { Chances } from "./chances.ts";
import { flatten } from "../space/flatten.ts";
import { outcomeBeliefs, type QuantityView, viewQuantity } from "./outcome-beliefs.ts";
import { leadingMember } from "./rival.ts";
import { meanOutcomes } from "./sample-outcomes.ts";
import type { SharedRow } from "./shared-rows.ts";
import { widening } from "./widening.ts";

// So many designs of the front, so many measured ones beside it and so many others are looked at together: those that may widen it most. The
// rest of a longer front is taken to be as it is believed; the cost of the others grows with the square.
const MOST_ON_FRONT = 64;
const MOST_BESIDE = 16;
const MOST_OTHERS = 240;
// In standard deviations above its means, what a design is hoped to be.
const HOPE = 2;
const DIRECTIONS = 256;

/**
 * Returns what models believe of the designs that a front may end with: of the measured `rows` that keep what they must, at least one, and
 * of `candidates` not measured, encoded.
 */
export function openFrontOutlook(
  { objectives }: Study,
  models: readonly Model[],
  rows: readonly SharedRow[],
  candidates: readonly Float64Array[],
  chances: Chances | null,
  random: Random,
): FrontOutlook {
  const views = models.map(viewQuantity);
  const outcomes = outcomesOf(meanOutcomes(views, rows), 0);
  const beliefs = outcomeBeliefs(views, flatten(candidates), candidates.length, true);
  const reference = Float64Array.from(referenceOf(objectives, views, beliefs));
  const front = paretoFront(outcomes);
  const reach = reachFrom(reference, DIRECTIONS, random);
  for (const i of front) extendReach(reach, outcomes[i] as Float64Array);
  const isOnFront = new Set(front);
  const rest = [...rows.keys()].filter((i) => !isOnFront.has(i));
  const beside = layered(reach, null, rest.length, MOST_BESIDE, (at, j) => {
    const i = rest[at] as number;
    return (outcomes[i]?.[j] as number) + HOPE * spreadAt(views[j] as QuantityView, rows[i]?.rows[j] as number);
  }).map((at) => rest[at] as number);
  const logs = chances?.logAt(candidates, true) ?? null;
  const likely = logs === null ? null : logs.map(exp);
  const kept = layered(reach, likely, candidates.length, MOST_OTHERS, (i, j) => {
    const at = j * candidates.length + i;
    return (beliefs.means[at] as number) + HOPE * Math.sqrt(beliefs.variances[at] as number);
  });
  const measured = [...front.slice(0, MOST_ON_FRONT), ...beside];
  const others = kept.map((i) => candidates[i] as Float64Array);
  const places = flatten(others);
  return {
    quantities: views.map(({ model: { members, weights }, restore }, j) =>
      members.map((member, m) => ({
        belief: member.joint(
          measured.map((i) => rows[i]?.rows[j] as number),
          places,
        ),
        widening: widening(member),
        weight: weights[m] as number,
        restore: (value) => restore(member, value),
      })),
    ),
    outcomes: [...measured, ...front.slice(MOST_ON_FRONT)].map((i) => outcomes[i] as Float64Array),
    measured: measured.length,
    reference,
    chances:
      likely === null ? null : Float64Array.of(...measured.map(() => 1), ...kept.map((i) => likely[i] as number)),
  };
}

/**
 * Returns `most` of `count` designs by their hopes: again and again the one that adds most to what those before it reach, times its chance to be
 * of use, and where none adds anything, anew. By themselves alone those of the widest gap would be all.
 */
function layered(
  reach: FrontReach,
  chances: Float64Array | null,
  count: number,
  most: number,
  hopeOf: (design: number, quantity: number) => number,
): number[] {
  const width = reach.reference.length;
  const picked: number[] = [];
  let left = Array.from({ length: count }, (_, i) => i);
  while (left.length > 0 && picked.length < most) {
    const search = openSearch(
      left.length,
      width,
      chances === null ? null : Float64Array.from(left, (i) => chances[i] as number),
    );
    left.forEach((i, at) => {
      for (let j = 0; j < width; j++) search.hopes[at * width + j] = hopeOf(i, j);
    });
    const layer = copyReach(reach);
    const taken = new Set<number>();
    while (picked.length < most) {
      const at = search.next(layer);
      if (at < 0) break;
      const hope = search.hopes.subarray(at * width, (at + 1) * width);
      if (taken.size > 0 && !(gainInReach(layer, hope) > 0)) break;
      search.close(at);
      extendReach(layer, hope);
      taken.add(left[at] as number);
      picked.push(left[at] as number);
    }
    left = left.filter((i) => !taken.has(i));
  }
  return picked;
}

/** The spread of what is believed of a measured design, on the scale of its quantity. */
function spreadAt({ model, restore }: QuantityView, row: number): number {
  const member = leadingMember(model);
  const mean = member.measured.means[row] as number;
  const spread = Math.sqrt(member.measured.variances[row] as number);
  return (restore(member, mean + spread) - restore(member, mean - spread)) / 2;
}
