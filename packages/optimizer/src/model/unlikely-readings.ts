import { keyOf } from "../space/key-of.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { logNormalCdf } from "../special-functions/normal.ts";
import { studentDeviate } from "../special-functions/student-deviate.ts";
import { compareVectors } from "./compare-vectors.ts";
import type { Evidence } from "./evidence.ts";
import type { Model, Unlikely } from "./fit-model.ts";
import type { LeftOutRows } from "./leave-one-out.ts";
import type { Member } from "./member.ts";

/** A row of a model's pooled readings that the others do not explain. */
export interface UnlikelyRow {
  readonly row: number;
  /** In the member's units. */
  readonly foretold: number;
  /** The normal deviate beyond which as much lies. */
  readonly deviate: number;
  readonly chance: number;
}

// Asked after each of a hundred experiments it is one campaign in a hundred that sets a true reading aside.
const UNLIKELY = 1e-4;

/**
 * Returns the readings that chance would hardly have put where they are and that no repeat bears out, the farthest off first: of those that
 * the model knows, and of those in `out`, which it was fitted without. `places` are the indices of the readings at each encoded place.
 *
 * A repeat bears a reading out that lies nearer to it than to what the others foretell. Of repeats that the model knows the farthest alone is judged.
 */
export function unlikelyReadings(
  evidence: Evidence,
  model: Model,
  { out, places }: { readonly out: ReadonlySet<number>; readonly places: ReadonlyMap<string, readonly number[]> },
): Unlikely[] {
  const judge = judgeOf(model);
  if (judge === null) return [];
  const { member } = judge;
  const { values } = evidence;
  const { dimensions, inputs } = member.readings;
  const at = (row: number) => keyOf(inputs.subarray(row * dimensions, (row + 1) * dimensions));
  const known = unlikelyRows(judge, UNLIKELY).flatMap((own) => {
    const foretold = member.restore(own.foretold);
    const read = (places.get(at(own.row)) ?? []).filter((reading) => !out.has(reading));
    const farOf = (reading: number) => Math.abs((values[reading] as number) - foretold);
    const farthest = read.toSorted((a, b) => farOf(b) - farOf(a)).slice(0, 1);
    return farthest.map((reading) => ({ ...own, reading, foretold }));
  });
  const left = [...out].flatMap((reading) => {
    const { mean, spread } = foretell(member, evidence, reading);
    const deviate = Math.abs(member.place(values[reading] as number) - mean) / spread;
    const own = rarity(studentDeviate(deviate, member.readings.count - 2), member.readings.count);
    return own.chance < UNLIKELY ? [{ ...own, reading, foretold: member.restore(mean) }] : [];
  });
  return [...known, ...left]
    .map(({ reading, foretold, chance, deviate }) => {
      const place = evidence.features[reading] as Float64Array;
      const value = values[reading] as number;
      const others = (places.get(keyOf(place)) ?? []).filter((other) => other !== reading);
      const isBorneOut = others.some((other) => {
        const again = values[other] as number;
        return Math.abs(value - again) < Math.abs(again - foretold);
      });
      return { reading, place, value, foretold, chance, repeats: others.length, deviate, isBorneOut };
    })
    .filter(({ foretold, isBorneOut }) => Number.isFinite(foretold) && !isBorneOut)
    .sort((a, b) => b.deviate - a.deviate || b.value - a.value || compareVectors(a.place, b.place))
    .map(({ deviate: _deviate, isBorneOut: _isBorneOut, ...own }) => own);
}

/** A member with what the others foretell of each of its rows. */
interface Judge {
  readonly member: Member;
  readonly rows: LeftOutRows;
}

/** Returns the process of most weight; null without one. What networks leave unexplained may be what they were never trained to see. */
export function judgeOf({ members, weights }: Model): Judge | null {
  const judged = members.flatMap((member, m) =>
    member.family === "neural-ensemble" ? [] : [{ member, rows: member.looRows, weight: weights[m] as number }],
  );
  return judged.reduce<(typeof judged)[number] | null>(
    (most, own) => (most === null || own.weight > most.weight ? own : most),
    null,
  );
}

/**
 * Returns the rows that chance puts where they are with less than a probability, `unlikely`, of all rows together, in their order.
 *
 * An outlier widens the spread that it is measured in, so no distance is more than √n of them. Measured in the spread of the others it is
 * t = z·√((n - 2) / (n - 1 - z²)), Student's with n - 2 degrees of freedom (R. D. Cook and S. Weisberg, "Residuals and Influence in
 * Regression", 1982, section 2.2.2), and of n readings on both sides any is one of 2n.
 */
export function unlikelyRows({ member, rows: { errors, variances } }: Judge, unlikely: number): UnlikelyRow[] {
  const { count, means } = member.readings;
  return [...errors.keys()].flatMap((row) => {
    const error = errors[row] as number;
    const square = (error * error) / (variances[row] as number);
    const left = count - 1 - square;
    const deviate = left > 0 ? studentDeviate(Math.sqrt((square * (count - 2)) / left), count - 2) : Infinity;
    const own = rarity(deviate, count);
    return own.chance < unlikely ? [{ row, foretold: (means[row] as number) - error, ...own }] : [];
  });
}

function rarity(deviate: number, count: number): { deviate: number; chance: number } {
  return { deviate, chance: Math.min(1, exp(log(2 * count) + logNormalCdf(-deviate))) };
}

/** What a member foretells of a reading that it was fitted without, in its units. */
function foretell(member: Member, { features, values, uncertainties }: Evidence, reading: number) {
  const { means, variances } = member.predict(features[reading] as Float64Array);
  const value = values[reading] as number;
  const stated = uncertainties?.[reading] ?? null;
  const noise =
    stated === null
      ? member.theta.noiseShare * member.theta.roughness
      : ((member.place(value + stated) - member.place(value - stated)) / 2) ** 2;
  return { mean: means[0] as number, spread: Math.sqrt((variances[0] as number) + noise) };
}
