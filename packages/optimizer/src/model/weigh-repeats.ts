import { log } from "../special-functions/log.ts";
import type { PooledReadings } from "./pool-replicates.ts";

// The normal quantile that one in a thousand exceeds: asked after each experiment, a softer test would often err.
const SURE = 3.090232306167813;
// A design's own scatter counts beside that of all as if so many degrees of freedom stood behind the latter.
const OF_ALL = 2;
// Of the variance of all: repeats that agree to the last digit shown say no more than that they were rounded.
const LEAST = 0.01;

/**
 * Returns the readings with repeats counted by what they are worth: where the scatter of repeated designs differs by more than chance,
 * a design that scatters h times as much as all of them together has its repeats divided by h, and its scatter too; else the
 * readings themselves.
 *
 * Whether it differs is told by Bartlett's test (M. S. Bartlett, Proc. R. Soc. A 160 (1937) 268–282) at 0.1 %, its quantile by E. B. Wilson
 * and M. M. Hilferty, PNAS 17 (1931) 684–688. h is drawn towards 1, as in moderated variances (G. K. Smyth, Stat. Appl. Genet. Mol.
 * Biol. 3 (2004) 3); designs without repeats have the variance of all.
 */
export function weighRepeats(readings: PooledReadings): PooledReadings {
  const { replicates, scatters } = readings;
  const repeated = [...replicates.keys()].filter((row) => (replicates[row] as number) > 1);
  const freedom = (row: number) => (replicates[row] as number) - 1;
  const all = repeated.reduce((sum, row) => sum + freedom(row), 0);
  const variance = readings.scatter / all;
  if (repeated.length < 2 || !(variance > 0)) return readings;
  const ratioOf = (row: number) => Math.max(LEAST, (scatters[row] as number) / freedom(row) / variance);
  const statistic = repeated.reduce((sum, row) => sum - freedom(row) * log(ratioOf(row)), 0);
  const inverses = repeated.reduce((sum, row) => sum + 1 / freedom(row), 0) - 1 / all;
  const groups = repeated.length - 1;
  if (!(statistic > (1 + inverses / (3 * groups)) * chiSquareQuantile(groups))) return readings;

  const excess = Float64Array.from(replicates, (_, row) => {
    const own = freedom(row);
    return own > 0 ? (OF_ALL + own * ratioOf(row)) / (OF_ALL + own) : 1;
  });
  const weighed = scatters.map((own, row) => own / (excess[row] as number));
  return {
    ...readings,
    replicates: replicates.map((own, row) => own / (excess[row] as number)),
    scatters: weighed,
    scatter: weighed.reduce((sum, own) => sum + own, 0),
  };
}

function chiSquareQuantile(freedom: number): number {
  const part = 2 / (9 * freedom);
  const root = 1 - part + SURE * Math.sqrt(part);
  return freedom * root * root * root;
}
