import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";

// What is missed of designs not measured, over what leaving one out misses, is 1 + 4 ℓ ÷ (n + 8) with ℓ lengthscales and n designs: fitted to surfaces
// drawn at random (one to seven parameters, 5 to 120 designs, noise up to 0.4 of their spread).
const FLATTERED = 4;
const SETTLED = 8;

/**
 * Returns the share of the variance between designs not measured that a model is to be said to predict, at most 1; negative where it is worse
 * than their mean.
 *
 * Leaving one out flatters a process whose hyperparameters have seen the reading, the more the fewer there are for each lengthscale. It does
 * not where those come from the readings of related campaigns too, nor networks, which are judged by what none of theirs has seen.
 */
export function toldSkill({ members, weights }: Model): number {
  return members.reduce((sum, member, m) => sum + (weights[m] as number) * skillOf(member), 0);
}

function skillOf({ family, related, readings, theta, looSkill }: Member): number {
  if (family === "neural-ensemble" || related.length > 0) return looSkill;
  return 1 - (1 - looSkill) * (1 + (FLATTERED * theta.lengthscales.length) / (readings.count + SETTLED));
}
