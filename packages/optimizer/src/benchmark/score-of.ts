import { bootstrap, type Estimate } from "./bootstrap.ts";

/** Returns the score of a method from its regret areas and those of random search over the same seeds, in the same order. */
export function scoreOf(areas: readonly number[], randomAreas: readonly number[]): Estimate {
  const score = bootstrap(areas.length, (indices) => {
    const ofRandom = indices.reduce((sum, i) => sum + (randomAreas[i] as number), 0);
    return ofRandom > 0 ? indices.reduce((sum, i) => sum + (areas[i] as number), 0) / ofRandom : null;
  });
  // Where random search always has the best at once, nobody can do better.
  return score ?? { value: 1, low: 1, high: 1 };
}
