import { randomStream } from "@labloop/clock";
import type { Point } from "@labloop/contracts";
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
