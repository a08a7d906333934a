import type { Model } from "../model/fit-model.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { logNormalCdf } from "../special-functions/normal.ts";
import { hindsight } from "./hindsight.ts";

/** When in a campaign a design is chosen. */
export interface Moment {
  /** Designs being measured, and picked before this one. */
  readonly underWay: number;
  /** The share of the search that is still to come, from 0 to 1; 1 where it is not told. */
  readonly searchLeft: number;
  /** Whether candidates were drawn from a space, and not listed. */
  readonly drawn: boolean;
}

// Hindsight of noise is about 1, where a model is believed every other time. Measured, like the exponents: decisions 85 and 86.
const SLOPE = 2;
const DOUBT = 2;
// Lists hold outliers that promise most to a model that knows nothing of them; what was drawn from a space has neighbours.
const LISTED = 8;
const DRAWN = 2;

/**
 * Returns with what probability the next design is to be the one of the greatest expected improvement.
 *
 * In a drawn space it is skill². In a list, with nothing under way, it is Φ(2 × hindsight - 2), as far as improvement would have picked well
 * among the designs that are known; beside designs under way skill⁸, since what improvement likes next is mostly more of the same before
 * they are read, and draws differ. In a list either is taken to the power of what is left of the search, since what a strange place
 * teaches late is of little use.
 */
export function trustIn(model: Model, { underWay, searchLeft, drawn }: Moment): number {
  if (!drawn && underWay === 0) return exp(searchLeft * logNormalCdf(SLOPE * hindsight(model) - DOUBT));
  if (!(model.skill > 0)) return 0;
  const exponent = drawn ? DRAWN : LISTED * searchLeft;
  return exp(exponent * log(Math.min(1, model.skill)));
}
