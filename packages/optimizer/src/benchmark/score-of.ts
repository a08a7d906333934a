import { bootstrap, type Estimate } from "./bootstrap.ts";

/** Chosen: what a score is at most, and where random search lacks nothing and the method does; beyond it the size says nothing. */
export const WORST = 1_000;

/**
 * Returns the score of a method from its regret areas and those of random search over the same seeds, in the same order: from 0, an
 * oracle, over 1, as good as random search, to 1000 at most. Where both lack nothing it is 1.
 */
export function scoreOf(areas: readonly number[], randomAreas: readonly number[]): Estimate {
  const ratio = (indices: readonly number[]) => {
    const own = indices.reduce((sum, i) => sum + (areas[i] as number), 0);
    const ofRandom = indices.reduce((sum, i) => sum + (randomAreas[i] as number), 0);
    return own === ofRandom ? 1 : Math.min(WORST, own / ofRandom);
  };
  // A ratio there always is.
  return bootstrap(areas.length, ratio) as Estimate;
}
