import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import type { Chances } from "./chances.ts";

/** A design that is being measured or was just picked, as it is believed before it is read. */
export interface Promised {
  /** Of each member, in its units. */
  readonly means: readonly number[];
  /** The probability, 0 to 1, that it will be of use. */
  readonly chance: number;
}

// So many draws of the best are as good as more: they differ by what is uncertain of a few leaders.
const BESTS = 8;

/** Returns what an encoded design promises; `chances` is null where nothing speaks against any design. */
export function promisedAt({ members }: Model, chances: Chances | null, features: Float64Array): Promised {
  return {
    means: members.map((member) => member.predict(features).means[0] as number),
    chance: chances === null ? 1 : exp(chances.logAt([features])[0] as number),
  };
}

/**
 * Returns draws, for each member in its units, of the best of what was achieved, `leaders` being rows of pooled readings, and of what is
 * promised; a low bar alone where there is neither.
 *
 * Achieved designs are drawn independently. A promised one counts as if it read its mean, in as many draws as it is likely to be of
 * use: a draw of its value would leave room above its mean that a copy of it, which cannot be better without it, would seem to fill.
 */
export function drawBests(
  { members }: Model,
  leaders: readonly number[],
  promised: readonly Promised[],
  random: Random,
): Float64Array[] {
  return members.map((member, m) => {
    if (leaders.length === 0 && promised.length === 0) return Float64Array.of(lowBar(member));
    return Float64Array.from({ length: BESTS }, () => {
      const achieved = leaders.length === 0 ? lowBar(member) : drawAchieved(member, leaders, random);
      return promised.reduce(
        (most, { means, chance }) => (random.uniform() < chance ? Math.max(most, means[m] as number) : most),
        achieved,
      );
    });
  });
}

function drawAchieved({ measured }: Member, leaders: readonly number[], random: Random): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const row of leaders) {
    const spread = Math.sqrt(measured.variances[row] as number);
    most = Math.max(most, (measured.means[row] as number) + spread * random.normal());
  }
  return most;
}

function lowBar({ measured }: Member): number {
  return measured.means.reduce((least, own) => Math.min(least, own), 0);
}
