export { hypervolume } from "../pareto/hypervolume.ts";
export { littleToGain } from "./little-to-gain.ts";
export { plateau } from "./plateau.ts";
export { regretBound } from "./regret-bound.ts";
