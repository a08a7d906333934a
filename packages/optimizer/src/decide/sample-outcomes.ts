import type { SampledOutcomes } from "../acquisition/sampled-outcomes.ts";
import type { Member } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";
import type { QuantityView } from "./outcome-beliefs.ts";

/**
 * Returns draws of what the measured designs of `rows` are worth in several quantities, in the units of the readings. For each
 * sample and quantity a member is drawn by its weight. Designs are drawn independently: what is uncertain of one that was measured
 * is mostly its own noise.
 */
export function sampleOutcomes(
  views: readonly QuantityView[],
  rows: readonly number[],
  samples: number,
  random: Random,
): SampledOutcomes {
  const objectives = views.length;
  const values = new Float64Array(samples * rows.length * objectives);
  for (let s = 0; s < samples; s++) {
    views.forEach(({ model, restore }, j) => {
      const member = drawMember(model.members, model.weights, random);
      const { means, variances } = member.measured;
      rows.forEach((row, i) => {
        const draw = (means[row] as number) + Math.sqrt(variances[row] as number) * random.normal();
        values[(s * rows.length + i) * objectives + j] = restore(member, draw);
      });
    });
  }
  return { samples, designs: rows.length, objectives, values };
}

/** Returns the mean outcomes of the measured designs of `rows` as a single sample. */
export function meanOutcomes(views: readonly QuantityView[], rows: readonly number[]): SampledOutcomes {
  const values = new Float64Array(rows.length * views.length);
  views.forEach(({ model: { members, weights }, restore }, j) => {
    members.forEach((member, m) => {
      rows.forEach((row, i) => {
        const at = i * views.length + j;
        const own = restore(member, member.measured.means[row] as number);
        values[at] = (values[at] as number) + (weights[m] as number) * own;
      });
    });
  });
  return { samples: 1, designs: rows.length, objectives: views.length, values };
}

function drawMember(members: readonly Member[], weights: readonly number[], random: Random): Member {
  let left = random.uniform();
  for (let m = 0; m + 1 < members.length; m++) {
    left -= weights[m] as number;
    if (left < 0) return members[m] as Member;
  }
  return members.at(-1) as Member;
}
