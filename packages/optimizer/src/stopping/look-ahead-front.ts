import type { AheadQuestion, LookAhead } from "@labloop/contracts";
import type { JointBelief } from "../model/member.ts";
import { extendReach, reachFrom } from "../pareto/front-reach.ts";
import { hypervolume } from "../pareto/hypervolume.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { Random } from "../random/create-random.ts";
import { drawJoint } from "./draw-joint.ts";
import { lowerFactor } from "./lower-factor.ts";
import { type DrawnQuantity, type MemberView, playFront } from "./play-front.ts";
import { tabulate } from "./tabulate.ts";

/** What one member believes of one quantity of the designs that a campaign may end with. */
interface MemberOutlook {
  /** In the member's units, larger being better. */
  readonly belief: JointBelief;
  /** How much wider its spreads have to be for intervals that hold what they say; at least 1. */
  readonly widening: number;
  readonly weight: number;
  /** Returns a value on the scale of its quantity; must not fall as the value grows. */
  readonly restore: (value: number) => number;
}

/** What models believe of the designs that a front may end with, two to four quantities. */
export interface FrontOutlook {
  /** Per quantity its members, weights together 1; all of the same designs in the same order. */
  readonly quantities: readonly (readonly MemberOutlook[])[];
  /**
   * What is believed of each measured design on the scales of the quantities: of those that are drawn, the first of the designs, and after
   * them of those that are taken to be as they are believed.
   */
  readonly outcomes: readonly Float64Array[];
  /** How many measured designs are drawn; at least one. */
  readonly measured: number;
  /** What hypervolume is counted from, on the same scales. */
  readonly reference: Float64Array;
  /** Of each design the probability that it is of use; null where nothing speaks against any. */
  readonly chances: Float64Array | null;
}

/** By the number of quantities: the hypervolume of a hundred designs takes the longer the more there are. */
const DRAWS: Readonly<Record<number, number>> = { 2: 384, 3: 256, 4: 128 };
/** As many directions as choices need to come out as by expected hypervolume. */
const DIRECTIONS: Readonly<Record<number, number>> = { 2: 64, 3: 128, 4: 256 };
/** A bend as so many straight pieces, to so many standard deviations beyond every mean. */
const PIECES = 1024;
const FARTHEST = 5;
// Of the present hypervolume: what rounding makes of nothing is less.
const NOTHING = 1e-9;

/**
 * Returns what so many more experiments may add to a front and what is lost without them, both as shares of the hypervolume that the
 * present one is believed to have, by playing the campaign on in labs drawn from what is believed of all designs together; null where it
 * has none. Quantities are drawn independently, in each lab one member of each by its weight, and every other lab with widened spreads, from
 * which the bound is.
 */
export function lookAheadFront(
  { quantities, measured, outcomes, reference, chances }: FrontOutlook,
  { experiments, gain, confidence }: Required<AheadQuestion>,
  random: Random,
): LookAhead | null {
  const present = hypervolume(outcomes, reference);
  if (!(present > 0)) return null;
  const width = quantities.length;
  const known = quantities.map((members) => members.map(openMember));
  const count = known[0]?.[0]?.centres.length ?? 0;
  const reach = reachFrom(reference, DIRECTIONS[width] as number, random);
  for (const outcome of outcomes) extendReach(reach, outcome);
  const fixed = outcomes.slice(measured);
  const front = paretoFront(outcomes).filter((i) => i < measured);
  const losses: number[] = [];
  const draws = DRAWS[width] as number;
  let reached = 0;
  for (let draw = 0; draw < draws; draw++) {
    const isWide = draw % 2 === 1;
    const lab = known.map((members) => drawQuantity(members, isWide, random));
    const useful = Uint8Array.from({ length: count }, (_, i) =>
      i < measured || chances === null || random.uniform() < (chances[i] as number) ? 1 : 0,
    );
    const truth = (i: number) => lab.map(({ view, values }) => view.restore(values[i] as number));
    const volume = (designs: readonly number[], others: readonly ArrayLike<number>[]) =>
      hypervolume([...designs.map(truth), ...others], reference);
    const played = playFront(lab, (i) => useful[i] === 1, { measured, reach, chances }, experiments, random);
    const now = volume(front, fixed);
    if (played.made.length > 0) {
      // What was read already is believed by all members together, and moves as far as the one that is right has learned.
      const known = outcomes.map((outcome, i) =>
        i < measured
          ? lab.map(({ centres }, j) => (outcome[j] as number) + played.believed(i, j) - (centres[i] as number))
          : outcome,
      );
      const made = played.made.map((i) => lab.map((_, j) => played.believed(i, j)));
      const then = paretoFront([...known, ...made]);
      const designs = then.flatMap((at) =>
        at < measured ? [at] : at < known.length ? [] : [played.made[at - known.length] as number],
      );
      const others = then.flatMap((at) => (at < measured || at >= known.length ? [] : [outcomes[at] as Float64Array]));
      if (volume(designs, others) - now > Math.max(NOTHING, gain) * present) reached++;
    }
    if (!isWide) continue;
    const all = [...useful.keys()].filter((i) => useful[i] === 1);
    losses.push((volume(all, fixed) - now) / present);
  }
  losses.sort((a, b) => a - b);
  const regret = Math.max(0, losses[Math.ceil(confidence * losses.length) - 1] as number);
  const chance = reached / draws;
  return { experiments, gain, confidence, chance, regret: Math.min(Number.MAX_VALUE, regret), shareOf: "hypervolume" };
}

interface OpenMember {
  readonly view: MemberView;
  /** Of each design its mean on the common scale. */
  readonly centres: Float64Array;
  /** Of the covariance. */
  readonly factor: Float64Array;
  readonly widening: number;
  readonly weight: number;
}

function openMember({ belief, restore, widening, weight }: MemberOutlook): OpenMember {
  const { means, covariance } = belief;
  const spreads = means.map((_, i) => widening * Math.sqrt(Math.max(0, covariance[i * (means.length + 1)] as number)));
  const low = means.reduce((least, mean, i) => Math.min(least, mean - FARTHEST * (spreads[i] as number)), Infinity);
  const high = means.reduce((most, mean, i) => Math.max(most, mean + FARTHEST * (spreads[i] as number)), -Infinity);
  return {
    view: { belief, restore, restoreSoon: tabulate(restore, low, high, PIECES) },
    centres: means.map((mean) => restore(mean)),
    factor: lowerFactor(covariance, means.length),
    widening,
    weight,
  };
}

/** One quantity of a lab, as a member drawn by its weight has it. */
function drawQuantity(
  members: readonly OpenMember[],
  isWide: boolean,
  random: Random,
): DrawnQuantity & Pick<OpenMember, "centres"> {
  const { view, centres, factor, widening } = drawMember(members, random);
  const spread = isWide ? widening : 1;
  return { view, square: spread * spread, values: drawJoint(view.belief.means, factor, spread, random), centres };
}

function drawMember(members: readonly OpenMember[], random: Random): OpenMember {
  let left = random.uniform();
  return members.find(({ weight }) => (left -= weight) < 0) ?? (members.at(-1) as OpenMember);
}
