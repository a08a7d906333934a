import type { Model } from "../model/fit-model.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { logNormalCdf } from "../special-functions/normal.ts";
import { hindsight } from "./hindsight.ts";
import { type Filling, UNEVEN } from "./listing-in.ts";

/** When in a campaign a design is chosen. */
export interface Moment {
  /** Designs being measured, and picked before this one. */
  readonly underWay: number;
  /** The share of the search that is still to come, from 0 to 1; 1 where it is not told. */
  readonly searchLeft: number;
  /** How the candidates of a list fill its space; null where they were drawn from one. */
  readonly filling: Filling | null;
}

// Measured, like the exponents: decisions 85, 86 and 88. Hindsight of noise is about 1: there a model of an even list is believed nearly always, one of
// names four times of five, one of an uneven list every other time.
const SLOPE = 2;
const DOUBT = { even: -1, named: 1, uneven: 2 } as const;
// What is spread evenly has about a quarter.
const EVEN = 0.5;
// Lists hold outliers that promise most to a model that knows nothing of them; what was drawn from a space has neighbours.
const LISTED = 8;
const DRAWN = 2;

/**
 * Returns with what probability the next design is to be the one of the greatest expected improvement.
 *
 * In a drawn space it is skill². In a list, with nothing under way, it is Φ(2 × hindsight - doubt): as far as improvement would have picked well
 * among the designs that are known. The doubt is 2 in an uneven list, whose lonely designs promise most and are mostly bad, -1 in one that fills its
 * space evenly, and between them in between; it is 1 at least where names are varied, since nothing leads from the best ones read to others. Beside designs under way it is skill⁸, since what improvement likes next is mostly more of
 * the same before they are read, and draws differ. In a list either is taken to the power of what is left of the search, since what a strange
 * place teaches late is of little use.
 */
export function trustIn(model: Model, { underWay, searchLeft, filling }: Moment): number {
  if (filling !== null && underWay === 0) {
    return exp(searchLeft * logNormalCdf(SLOPE * hindsight(model) - doubtOf(filling)));
  }
  if (!(model.skill > 0)) return 0;
  const exponent = filling === null ? DRAWN : LISTED * searchLeft;
  return exp(exponent * log(Math.min(1, model.skill)));
}

function doubtOf({ unevenness, hasNames }: Filling): number {
  const share = Math.min(1, Math.max(0, (unevenness - EVEN) / (UNEVEN - EVEN)));
  return Math.max(hasNames ? DOUBT.named : DOUBT.even, DOUBT.even + share * (DOUBT.uneven - DOUBT.even));
}
