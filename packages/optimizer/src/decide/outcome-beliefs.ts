import type { CandidateBeliefs } from "../acquisition/sampled-outcomes.ts";
import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";
import { lookAt } from "../model/look-at.ts";

/**
 * A quantity's model, with its values on a scale of their own: 0 at the worst mean of a measured design, 1 at the best. Where all are equal
 * their own magnitude is the range, whatever their unit.
 */
export interface QuantityView {
  readonly model: Model;
  /** Returns a value in the unit of the readings on that scale. */
  readonly scale: (value: number) => number;
  /** Returns a member's value on that scale, at most one range beyond either end. */
  readonly restore: (member: Member, value: number) => number;
}

/** Returns the view of a model. */
export function viewQuantity(model: Model): QuantityView {
  const [first] = model.members as [Member];
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const mean of first.readings.means) {
    least = Math.min(least, first.restore(mean));
    most = Math.max(most, first.restore(mean));
  }
  // By halves, since the difference of two readings may be beyond the range of doubles; one of neighbouring numbers may be none.
  const apart = most / 2 - least / 2;
  const half = apart > 0 ? apart : Math.abs(most) / 2 || 0.5;
  const scale = (value: number) => (value / 2 - least / 2) / half;
  // A bend grows without bound towards the end of what it reaches: there a prediction would outweigh everything measured.
  return { model, scale, restore: (member, value) => Math.min(2, Math.max(-1, scale(member.restore(value)))) };
}

/**
 * Returns what is believed of `count` encoded places, row-major, as one normal distribution per quantity and place, each on its
 * quantity's scale: mean and variance of the members' mixture. A member's spread is half the way from one standard deviation below
 * its mean to one above. At a glance the variances of a member of many readings are those of a part of them.
 */
export function outcomeBeliefs(
  views: readonly QuantityView[],
  places: Float64Array,
  count: number,
  atGlance = false,
): CandidateBeliefs {
  const means = new Float64Array(views.length * count);
  const squares = new Float64Array(views.length * count);
  views.forEach(({ model, restore }, j) => {
    model.members.forEach((member, m) => {
      const weight = model.weights[m] as number;
      const own = lookAt(member, places, atGlance);
      for (let i = 0; i < count; i++) {
        const middle = own.means[i] as number;
        const spread = Math.sqrt(own.variances[i] as number);
        const mean = restore(member, middle);
        const sd = (restore(member, middle + spread) - restore(member, middle - spread)) / 2;
        const at = j * count + i;
        means[at] = (means[at] as number) + weight * mean;
        squares[at] = (squares[at] as number) + weight * (mean * mean + sd * sd);
      }
    });
  });
  return { means, variances: squares.map((square, at) => Math.max(0, square - (means[at] as number) ** 2)) };
}
