import type { JointBelief } from "../model/member.ts";
import { copyReach, extendReach, type FrontReach } from "../pareto/front-reach.ts";
import type { Random } from "../random/create-random.ts";
import { type Learning, openLearning } from "./open-learning.ts";
import { openSearch } from "./open-search.ts";

/** What one member believes of one quantity of designs, and how its values stand on the scale that hypervolume is counted on. */
export interface MemberView {
  readonly belief: JointBelief;
  /** Returns a value on that scale; does not fall as the value grows. */
  readonly restore: (value: number) => number;
  /** The same for millions of values, nearly. */
  readonly restoreSoon: (value: number) => number;
}

/** One quantity of a lab as one draw has it. */
export interface DrawnQuantity {
  /** What is believed there. */
  readonly view: MemberView;
  /** How many times as great its variances are. */
  readonly square: number;
  /** The value of each design, in the units of the belief. */
  readonly values: Float64Array;
}

/** What an experiment can be made of, the same in every lab. */
export interface PlayedField {
  /** The first so many designs are known already. */
  readonly measured: number;
  /** How far they reach. */
  readonly reach: FrontReach;
  /** Of each design the probability that it is of use; null where nothing speaks against any. */
  readonly chances: Float64Array | null;
}

/** What was made and learned. */
export interface PlayedFront {
  /** The designs that were made and are of use. */
  readonly made: readonly number[];
  /** Returns what is believed of a quantity of a design, on the common scale. */
  readonly believed: (design: number, quantity: number) => number;
}

// In standard deviations above its means, what a design is hoped to turn out as.
const HOPE = 1;

/**
 * Returns what so many more experiments in a drawn lab made and taught: each is made at the design not measured yet that would widen the front
 * most if it turned out a standard deviation better than expected in every quantity (after W. Ponweiser and others, "Multiobjective
 * optimization on a limited budget of evaluations using model-assisted S-metric selection", PPSN X, 2008), times its chance to be of use,
 * and learned from before the next.
 */
export function playFront(
  quantities: readonly DrawnQuantity[],
  isUseful: (design: number) => boolean,
  { measured, reach: before, chances }: PlayedField,
  experiments: number,
  random: Random,
): PlayedFront {
  const width = quantities.length;
  const learnings = quantities.map(({ view, square }) => openLearning(view.belief, square));
  const believed = (design: number, j: number) =>
    (quantities[j] as DrawnQuantity).view.restore((learnings[j] as Learning).means[design] as number);
  const count = (quantities[0] as DrawnQuantity).values.length;
  const reach = copyReach(before);
  const search = openSearch(count, width, chances);
  for (let i = 0; i < measured; i++) search.close(i);
  const made: number[] = [];
  for (let experiment = 0; experiment < experiments; experiment++) {
    quantities.forEach(({ view }, j) => hopeAt(search.hopes, j, width, view, learnings[j] as Learning, measured));
    const next = search.next(reach);
    if (next < 0) break;
    search.close(next);
    quantities.forEach(({ view, values }, j) => {
      learnings[j]?.learn(next, (values[next] as number) + Math.sqrt(view.belief.noise) * random.normal());
    });
    if (!isUseful(next)) continue;
    made.push(next);
    extendReach(
      reach,
      quantities.map((_, j) => believed(next, j)),
    );
  }
  return { made, believed };
}

/** Puts what is hoped of a quantity of the designs not measured where the search looks for it. */
function hopeAt(
  hopes: Float64Array,
  j: number,
  width: number,
  { restoreSoon }: MemberView,
  { means, variances }: Learning,
  from: number,
): void {
  for (let i = from; i < means.length; i++) {
    hopes[i * width + j] = restoreSoon((means[i] as number) + HOPE * Math.sqrt(variances[i] as number));
  }
}
