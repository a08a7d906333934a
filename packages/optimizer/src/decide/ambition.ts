import type { Study } from "@labloop/contracts";
import { type DesirabilityScale, desirability, logDesirabilityGains } from "../acquisition/desirability.ts";
import { logHypervolumeGains } from "../acquisition/hypervolume-gain.ts";
import type { CandidateBeliefs, FieldGains, SampledOutcomes } from "../acquisition/sampled-outcomes.ts";
import { logScalarisedGains } from "../acquisition/scalarised-gain.ts";
import type { Random } from "../random/create-random.ts";
import { desirabilityScale } from "../study/desirability-scale.ts";
import type { QuantityView } from "./outcome-beliefs.ts";

/** What several quantities together are to become. Outcomes are on the scales of the quantities' views. */
export interface Ambition {
  readonly name: "hypervolume-improvement" | "scalarised-improvement" | "desirability-improvement";
  /** Returns what tells the gain of the candidates believed in, a field, over the designs sampled; draws anew at every call. */
  gainsOver(sampled: SampledOutcomes, field: CandidateBeliefs, random: Random): FieldGains;
  /** Returns how good one outcome is in itself; null where only a whole front can be judged. */
  readonly worth: ((outcome: ArrayLike<number>) => number) | null;
}

/** So many objectives are searched by hypervolume: beyond it grows too costly; BoTorch and Ax draw the line at the same number. */
export const MOST_EXACT = 4;
// Of the range measured: what only just widens the front is to be worth something.
const BEYOND = 0.1;
// In ranges measured: what lies further off is as far, so that the product of four sides is a double.
const FARTHEST = 1e50;

/**
 * Returns what a study makes of its objectives, one view each: their desirability where it gives them scales, else the front
 * that they span, by hypervolume of up to four and by random weighings of more. The hypervolume is counted from the reference of an
 * objective, or from a tenth of the range measured below the worst of the designs measured and of those that are believed best in one
 * objective: they are where the front may end, and counted from above them they would never be looked at.
 */
export function ambitionOf({ objectives }: Study, views: readonly QuantityView[]): Ambition {
  const scales = objectives.flatMap((objective, j): readonly DesirabilityScale[] => {
    const scale = desirabilityScale(objective, (value) => scaledBy(views[j] as QuantityView, value));
    return scale === null ? [] : [scale];
  });
  if (scales.length > 0) {
    return {
      name: "desirability-improvement",
      gainsOver: (sampled, field, random) => logDesirabilityGains(sampled, scales, field, random),
      worth: (outcome) => desirability(outcome, scales),
    };
  }
  if (objectives.length > MOST_EXACT) {
    return {
      name: "scalarised-improvement",
      gainsOver: (sampled, field, random) => logScalarisedGains(sampled, field, random),
      worth: null,
    };
  }
  return {
    name: "hypervolume-improvement",
    gainsOver(sampled, field) {
      // Told in closed form, a gain is never quite nil.
      return { gainsOf: logHypervolumeGains(sampled, referenceOf(objectives, views, field)), isNil: false };
    },
    worth: null,
  };
}

/**
 * Returns what the hypervolume is counted from on the scales of the views: the reference of an objective, or a tenth of the range measured
 * below the worst of the designs measured and of those of the field that are believed best in one objective.
 */
export function referenceOf(
  objectives: Study["objectives"],
  views: readonly QuantityView[],
  field: CandidateBeliefs,
): number[] {
  const ends = frontEnds(field, objectives.length);
  return objectives.map(({ reference, goal }, j) =>
    reference === undefined
      ? Math.min(0, ends[j] as number) - BEYOND
      : scaledBy(views[j] as QuantityView, goal === "minimise" ? -reference : reference),
  );
}

function scaledBy({ scale }: QuantityView, value: number): number {
  return Math.min(FARTHEST, Math.max(-FARTHEST, scale(value)));
}

/** Per objective the worst mean among the candidates of the best mean in each objective. */
function frontEnds({ means }: CandidateBeliefs, objectives: number): Float64Array {
  const count = means.length / objectives;
  const ends = new Float64Array(objectives).fill(Number.POSITIVE_INFINITY);
  if (count === 0) return ends;
  for (let j = 0; j < objectives; j++) {
    const own = means.subarray(j * count, (j + 1) * count);
    const best = own.reduce((most, mean, i) => (mean > (own[most] as number) ? i : most), 0);
    for (let k = 0; k < objectives; k++) {
      ends[k] = Math.min(ends[k] as number, means[k * count + best] as number);
    }
  }
  return ends;
}
