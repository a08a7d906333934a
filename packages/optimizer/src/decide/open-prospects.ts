import type { Model } from "../model/fit-model.ts";
import { lookAt } from "../model/look-at.ts";
import { warpInputs } from "../model/warp-inputs.ts";
import type { Member } from "../model/member.ts";
import { gatherRows } from "./gather-rows.ts";
import { type Gain, type Gains, SLACK } from "./gains.ts";
import { outlook } from "./outlook.ts";
import { areApart, leadingMember } from "./rival.ts";

/** The candidates of a field as a model sees them, worked out no further than the comparisons need. */
export interface Prospects {
  /**
   * Returns the greatest weighted gain and the positions in `compared` that have it, rising, at least one; `among` are the positions to
   * choose from, at least one, all of them where it is left out.
   */
  greatest(
    compared: readonly number[],
    gains: Gains,
    among?: readonly number[],
  ): { readonly equals: readonly number[]; readonly value: number };
  /** Returns what each member expects one more reading of a candidate that was worked out to teach, as it was when it was. */
  outlooksOf(candidate: number): readonly { readonly mean: number; readonly spread: number }[];
  /** Returns whether two candidates are at least half a lengthscale apart for the member of most weight. */
  areApart(one: number, other: number): boolean;
  /** To be called when every member believes one more reading. */
  believed(): void;
}

const UNSEEN = -2;
const GLIMPSED = -1;
const BLOCK = 64;

/**
 * Returns the prospects of encoded candidates, row-major N × f with the lengthscale group of each feature; `rows` says which row of the pooled readings each is, -1 where it was
 * not measured.
 *
 * A reading believed at its mean moves no mean and widens no spread, so what was known before bounds what is true now, and
 * candidates are worked out anew only from the highest bound down to where no bound reaches the greatest gain found (M. Minoux,
 * "Accelerated greedy algorithms", 1978). The answer is that of working out all of them, to the bit.
 */
export function openProspects(model: Model, groups: Int32Array, places: Float64Array, rows: Int32Array): Prospects {
  const { members, weights } = model;
  const leader = leadingMember(model);
  const width = rows.length === 0 ? 0 : places.length / rows.length;
  const beliefs = members.map(() => ({
    means: new Float64Array(rows.length),
    variances: new Float64Array(rows.length),
  }));
  const isDear = members.some(({ glimpse }) => glimpse !== null);
  // After how many believed readings the beliefs about a candidate were true.
  const trueAt = new Int32Array(rows.length).fill(UNSEEN);
  let age = 0;
  /** The places as the leader bends them, once they are asked for. */
  let bent: Float64Array | null = null;

  function look(candidates: readonly number[], coarse: boolean): void {
    if (candidates.length === 0) return;
    const gathered = gatherRows(places, width, candidates);
    members.forEach((member, m) => {
      const found = lookAt(member, gathered, coarse);
      const { means, variances } = beliefs[m] as (typeof beliefs)[number];
      candidates.forEach((own, i) => {
        means[own] = found.means[i] as number;
        variances[own] = found.variances[i] as number;
      });
    });
    for (const own of candidates) trueAt[own] = coarse && isDear ? GLIMPSED : age;
  }

  function isExact(candidate: number): boolean {
    return trueAt[candidate] === age || (rows[candidate] as number) >= 0;
  }

  function outlookOf(member: Member, m: number, candidate: number) {
    const { means, variances } = beliefs[m] as (typeof beliefs)[number];
    return outlook(member, rows[candidate] as number, means[candidate] as number, variances[candidate] as number);
  }

  function weigh(candidate: number, position: number, gain: Gain, slack: number): number {
    let sum = 0;
    for (let m = 0; m < members.length; m++) {
      const { mean, spread } = outlookOf(members[m] as Member, m, candidate);
      sum += (weights[m] as number) * gain(position, mean + slack, spread * (1 + slack) + slack, m);
    }
    return sum;
  }

  return {
    greatest(compared, { gain, ceiling, rest }, among = [...compared.keys()]) {
      const candidateAt = (position: number) => compared[position] as number;
      look(
        among.map(candidateAt).filter((own) => trueAt[own] === UNSEEN && (rows[own] as number) < 0),
        true,
      );
      rest?.glance(among);
      let best: { equals: number[]; value: number } = { equals: [], value: Number.NEGATIVE_INFINITY };
      const consider = (position: number) => {
        const value = weigh(candidateAt(position), position, gain, 0);
        if (value === best.value) best.equals.push(position);
        else if (value > best.value || best.equals.length === 0) best = { equals: [position], value };
      };
      const bounds = new Float64Array(compared.length);
      const stale: number[] = [];
      let highest = -1;
      for (const position of among) {
        const own = candidateAt(position);
        if (isExact(own) && (rest?.isKnown(position) ?? true)) {
          consider(position);
          continue;
        }
        stale.push(position);
        bounds[position] = weigh(own, position, ceiling, SLACK);
        if (highest < 0 || (bounds[position] as number) > (bounds[highest] as number)) highest = position;
      }
      const renew = (positions: readonly number[]) => {
        look(
          positions.map(candidateAt).filter((own) => !isExact(own)),
          false,
        );
        rest?.learn(positions);
        positions.forEach(consider);
      };
      // The most promising alone first: it leaves few to sort.
      if (highest >= 0) renew([highest]);
      const left = stale.filter((position) => position !== highest && (bounds[position] as number) >= best.value);
      left.sort((a, b) => (bounds[b] as number) - (bounds[a] as number) || a - b);
      for (let first = 0; first < left.length; first += BLOCK) {
        if ((bounds[left[first] as number] as number) < best.value) break;
        renew(left.slice(first, first + BLOCK));
      }
      return { ...best, equals: best.equals.toSorted((one, other) => one - other) };
    },
    outlooksOf: (candidate) => members.map((member, m) => outlookOf(member, m, candidate)),
    areApart(one, other) {
      const all = (bent ??= warpInputs(places, leader.warps));
      const seen = (own: number) => all.subarray(own * width, (own + 1) * width);
      return areApart(seen(one), seen(other), groups, leader.theta);
    },
    believed() {
      age++;
    },
  };
}
