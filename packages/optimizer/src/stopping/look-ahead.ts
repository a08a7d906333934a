import type { AheadQuestion, LookAhead } from "@labloop/contracts";
import type { JointBelief } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";
import { drawJoint } from "./draw-joint.ts";
import { lowerFactor } from "./lower-factor.ts";
import { type DrawnLab, playOn } from "./play-on.ts";

/** What one member believes of the designs that a campaign may end with. */
interface MemberOutlook {
  /** In the member's units, larger being better. */
  readonly belief: JointBelief;
  /** How much wider its spreads have to be for intervals that hold what they say; at least 1. */
  readonly widening: number;
  readonly weight: number;
  /** Returns a value in the unit of the readings; must not fall as the value grows. */
  readonly restore: (value: number) => number;
}

/** What a model believes of the designs that a campaign may end with. */
export interface Outlook {
  /** Of the same designs in the same order; weights together 1. */
  readonly beliefs: readonly MemberOutlook[];
  /** So many of the designs, the first, are measured and may be recommended; at least one. */
  readonly measured: number;
  /** Which of those is recommended now. */
  readonly now: number;
  /** Of each design the probability that it is of use; null where nothing speaks against any. */
  readonly chances: Float64Array | null;
}

const DRAWS = 512;

/**
 * Returns what so many more experiments may gain and what is lost without them, by playing the campaign on in 512 labs drawn from what is
 * believed of all designs together, learning in each from every reading.
 *
 * Every other lab is drawn with the members' spreads as they are, the others with widened ones: how wide they should be is itself not
 * known. A bound has to hold, so it is that of the widened ones.
 */
export function lookAhead(outlook: Outlook, question: Required<AheadQuestion>, random: Random): LookAhead {
  const { measured, now, chances } = outlook;
  const { experiments, gain, confidence } = question;
  const losses: number[] = [];
  let reached = 0;
  let played = 0;
  for (const { own, draws } of shared(outlook.beliefs)) {
    const { means, noise } = own.belief;
    const square = own.widening * own.widening;
    const wide = { means, noise, covariance: own.belief.covariance.map((entry) => square * entry) };
    const factor = lowerFactor(own.belief.covariance, means.length);
    for (let draw = 0; draw < draws; draw++) {
      const isWide = played++ % 2 === 1;
      const values = drawJoint(means, factor, isWide ? own.widening : 1, random);
      const useful = Uint8Array.from(values, (_, i) =>
        i < measured || chances === null || random.uniform() < (chances[i] as number) ? 1 : 0,
      );
      const lab = { values, isUseful: (design: number) => useful[design] === 1 };
      const end = playOn(isWide ? wide : own.belief, measured, chances, experiments, lab, random);
      const worth = (design: number) => own.restore(values[design] as number);
      if (worth(end) - worth(now) > gain) reached++;
      if (isWide) losses.push(worth(bestOf(lab, now)) - worth(now));
    }
  }
  losses.sort((a, b) => a - b);
  const regret = losses[Math.ceil(confidence * losses.length) - 1] as number;
  return { experiments, gain, confidence, chance: reached / played, regret: Math.min(Number.MAX_VALUE, regret) };
}

function bestOf({ values, isUseful }: DrawnLab, now: number): number {
  let best = now;
  for (let i = 0; i < values.length; i++) if (isUseful(i) && (values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** How many of the draws each member has, the first taking what rounding leaves. */
function shared(beliefs: Outlook["beliefs"]): { own: MemberOutlook; draws: number }[] {
  const draws = beliefs.map(({ weight }) => Math.round(weight * DRAWS));
  const rest = DRAWS - draws.reduce((sum, own) => sum + own, 0);
  return beliefs.map((own, i) => ({ own, draws: (draws[i] as number) + (i === 0 ? rest : 0) }));
}
