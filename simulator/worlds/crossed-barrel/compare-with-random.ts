import { randomStream } from "@labloop/clock";
import type { Point, RandomBand } from "@labloop/contracts";
import type { World } from "../../src/index.ts";
import { type Design, designKey } from "./read-truth.ts";

const resamples = 10_000;

/**
 * Returns how many experiments random search without replacement needs until it has tried a design whose pool mean is at
 * least that of `best`: the median and the central 95 % of 10,000 seeded resamples.
 */
export function compareWithRandom(
  designs: ReadonlyMap<string, Design>,
  best: Point,
  seed: number,
): ReturnType<World["compareWithRandom"]> {
  const own = designs.get(designKey(best));
  if (own === undefined) return { ok: false, reason: "the best design is not in the measured pool" };
  const bar = meanOf(own.toughness);
  const good = [...designs.values()].filter((design) => meanOf(design.toughness) >= bar).length;
  const reached = reachedBy(designs.size, good);
  const draw = randomStream(seed, "random-search");
  const needed = Array.from({ length: resamples }, () => {
    const share = draw();
    return reached.findIndex((probability) => probability > share) + 1;
  }).sort((a, b) => a - b);
  const at = (share: number) => needed[Math.min(resamples - 1, Math.floor(share * resamples))] ?? Number.NaN;
  return { ok: true, value: { medianExperiments: at(0.5), interval95: [at(0.025), at(0.975)] } };
}

/**
 * Returns the pool mean of the best design that random search without replacement has tried after 1, 2, … experiments: the
 * median and the central 90 %, exactly.
 */
export function randomBand(designs: ReadonlyMap<string, Design>, experiments: number): RandomBand {
  const means = [...designs.values()].map((design) => meanOf(design.toughness)).sort((a, b) => b - a);
  const size = means.length;
  const band: RandomBand = { experiments: [], low: [], median: [], high: [] };
  for (let drawn = 1; drawn <= Math.min(experiments, size); drawn++) {
    // The chance that none of the `rank` best is among those drawn falls with rank; a quantile is where it passes a share.
    const at = (share: number) => {
      let missed = 1;
      let rank = 0;
      while (rank < size && missed > share) {
        missed *= Math.max(0, size - drawn - rank) / (size - rank);
        rank++;
      }
      return means[Math.max(0, rank - 1)] ?? Number.NaN;
    };
    band.experiments.push(drawn);
    band.low.push(at(0.05));
    band.median.push(at(0.5));
    band.high.push(at(0.95));
  }
  return band;
}

/**
 * The probability that k = 1, 2, … draws without replacement have met one of the `good` among `size`.
 *
 * A search is resampled by inverting this exact distribution, since P(not met by k) = C(size - good, k) / C(size, k).
 */
function reachedBy(size: number, good: number): number[] {
  let missed = 1;
  return Array.from({ length: size }, (_, drawn) => {
    missed *= Math.max(0, size - good - drawn) / (size - drawn);
    return 1 - missed;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
