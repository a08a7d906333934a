import { hypervolume } from "../pareto/hypervolume.ts";
import { paretoFront } from "../pareto/pareto-front.ts";
import type { Pool } from "./pool.ts";
import type { CampaignRecord } from "./run-campaign.ts";

/** How good campaigns on a pool can be, and how good one is. */
export interface Quality {
  /** f* and the mean of f; for several objectives the hypervolume of all designs, and the mean of that of one. */
  readonly best: number;
  readonly average: number;
  /** Designs in the top set, by index: the best 5 % with ties, or the Pareto front. */
  readonly top: ReadonlySet<number>;
  /** Per design how many are at least as good, itself included; null for several objectives. */
  readonly ranks: readonly number[] | null;
  /** Returns the quality after 1 to `budget` experiments, the higher the better, on the scale of `best`. */
  reached(record: CampaignRecord): number[];
}

/** Returns the quality of one objective's pool: of the design recommended, negated where the objective is minimised. */
function qualityOfOne(pool: Pool, sign: number): Quality {
  const gains = pool.truth.map((values) => sign * (values[0] as number));
  const sorted = gains.toSorted((a, b) => b - a);
  const ranks = gains.map((gain) => countAtLeast(sorted, gain));
  return {
    best: sorted[0] as number,
    average: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    top: bestShare(gains, 0.05),
    ranks,
    reached: ({ recommended }) => recommended.map((index) => gains[index] as number),
  };
}

/** Returns the designs that are as good as the last of so great a share, rounded up. */
export function bestShare(gains: readonly number[], share: number): Set<number> {
  const last = gains.toSorted((a, b) => b - a)[Math.max(1, Math.ceil(share * gains.length - 1e-9)) - 1] as number;
  return new Set(gains.flatMap((gain, index) => (gain >= last ? [index] : [])));
}

function countAtLeast(falling: readonly number[], gain: number): number {
  let low = 0;
  let high = falling.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] as number) >= gain) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the quality of a pool with several objectives: each is scaled to 0 at the pool's worst value and 1 at its best. */
function qualityOfSeveral(pool: Pool, signs: readonly number[]): Quality {
  const ranges = signs.map((sign, k) => {
    const gains = pool.truth.map((values) => sign * (values[k] as number));
    const worst = gains.reduce((a, b) => Math.min(a, b));
    return { sign, worst, width: gains.reduce((a, b) => Math.max(a, b)) - worst };
  });
  const points = pool.truth.map((values) =>
    ranges.map(({ sign, worst, width }, k) => (width > 0 ? (sign * (values[k] as number) - worst) / width : 0)),
  );
  const worst = signs.map(() => 0);
  const top = paretoFront(points);
  return {
    // What is dominated adds nothing, and of 100,000 designs it takes minutes to find that out slice by slice.
    best: hypervolume(
      top.map((index) => points[index] as number[]),
      worst,
    ),
    average: points.reduce((sum, point) => sum + hypervolume([point], worst), 0) / points.length,
    top: new Set(top),
    ranks: null,
    reached({ measured, readAfter }) {
      let front: number[][] = [];
      let read = 0;
      return measured.map((_, i) => {
        // What is not read yet is not had, as with one objective the recommendation stands until a batch is in.
        const now = measured.slice(read).filter((_, k) => (readAfter[read + k] as number) <= i + 1);
        read += now.length;
        const all = [...front, ...now.map((index) => points[index] as number[])];
        front = paretoFront(all).map((k) => all[k] as number[]);
        return hypervolume(front, worst);
      });
    },
  };
}

/** Returns the quality that belongs to a pool's objectives. */
export function qualityOf(pool: Pool): Quality {
  const signs = pool.study.objectives.map(({ goal }) => (goal === "minimise" ? -1 : 1));
  return signs.length === 1 ? qualityOfOne(pool, signs[0] as number) : qualityOfSeveral(pool, signs);
}

/** Returns R(1) to R(budget): what is left to gain, over what an average design lacks. */
export function regretOf(quality: Quality, record: CampaignRecord): number[] {
  const { best, average } = quality;
  return quality.reached(record).map((value) => (best - value) / (best - average));
}
