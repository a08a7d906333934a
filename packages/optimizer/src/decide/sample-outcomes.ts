import type { SampledOutcomes } from "../acquisition/sampled-outcomes.ts";
import type { Member } from "../model/member.ts";
import type { Random } from "../random/create-random.ts";
import { flatten } from "../space/flatten.ts";
import { outcomeBeliefs, type QuantityView } from "./outcome-beliefs.ts";
import type { SharedRow } from "./shared-rows.ts";

/**
 * Returns draws of what the measured designs of `rows` are worth in several quantities, in the units of the readings. For each
 * sample and quantity a member is drawn by its weight. Designs are drawn independently: what is uncertain of one that was measured
 * is mostly its own noise. `wider` says of a member how much wider it is to be drawn; none is where it is left out.
 */
export function sampleOutcomes(
  views: readonly QuantityView[],
  rows: readonly SharedRow[],
  samples: number,
  random: Random,
  wider: (member: Member) => number = () => 1,
): SampledOutcomes {
  const objectives = views.length;
  const values = new Float64Array(samples * rows.length * objectives);
  for (let s = 0; s < samples; s++) {
    views.forEach(({ model, restore }, j) => {
      const member = drawMember(model.members, model.weights, random);
      const { means, variances } = member.measured;
      const width = wider(member);
      rows.forEach(({ rows: own }, i) => {
        const row = own[j] as number;
        const draw = (means[row] as number) + width * Math.sqrt(variances[row] as number) * random.normal();
        values[(s * rows.length + i) * objectives + j] = restore(member, draw);
      });
    });
  }
  return { samples, designs: rows.length, objectives, values };
}

/** Returns the mean outcomes of the measured designs of `rows` as a single sample. */
export function meanOutcomes(views: readonly QuantityView[], rows: readonly SharedRow[]): SampledOutcomes {
  const values = new Float64Array(rows.length * views.length);
  views.forEach(({ model: { members, weights }, restore }, j) => {
    members.forEach((member, m) => {
      rows.forEach(({ rows: own }, i) => {
        const at = i * views.length + j;
        const mean = restore(member, member.measured.means[own[j] as number] as number);
        values[at] = (values[at] as number) + (weights[m] as number) * mean;
      });
    });
  });
  return { samples: 1, designs: rows.length, objectives: views.length, values };
}

/** Returns what is believed of encoded places on the mean, the same in each of so many samples. */
export function believedOutcomes(
  views: readonly QuantityView[],
  places: readonly Float64Array[],
  samples: number,
): SampledOutcomes {
  const [designs, objectives] = [places.length, views.length];
  const { means } = outcomeBeliefs(views, flatten(places), designs);
  const values = Float64Array.from({ length: samples * designs * objectives }, (_, at) => {
    const [i, j] = [Math.floor(at / objectives) % designs, at % objectives];
    return means[j * designs + i] as number;
  });
  return { samples, designs, objectives, values };
}

function drawMember(members: readonly Member[], weights: readonly number[], random: Random): Member {
  let left = random.uniform();
  for (let m = 0; m + 1 < members.length; m++) {
    left -= weights[m] as number;
    if (left < 0) return members[m] as Member;
  }
  return members.at(-1) as Member;
}
