import { freeBoxes } from "../pareto/free-boxes.ts";
import { log } from "../special-functions/log.ts";
import { log1mexp } from "../special-functions/log1mexp.ts";
import { logSumExp } from "../special-functions/log-sum-exp.ts";
import { expectedImprovement } from "./expected-improvement.ts";
import { logExpectedImprovement } from "./log-expected-improvement.ts";
import { type CandidateBeliefs, type GainsOf, outcomesOf, type SampledOutcomes } from "./sampled-outcomes.ts";

/** The free boxes of one sample, their bounds as indices into the distinct levels of each objective; -1 stands for no bound. */
interface BoxTable {
  readonly levels: readonly Float64Array[];
  readonly count: number;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
}

// Below this the products of plain improvements begin to underflow, and logarithms take over.
const PLAIN_ENOUGH = 1e-200;

/**
 * Returns what tells, per candidate, the logarithm of the hypervolume that it is expected to add, for two to four objectives.
 *
 * The mean is over the samples of what the designs so far are worth, and within each sample in closed form over the
 * candidate's own outcome: per free box the product over objectives of EI(lower) - EI(upper), which needs no draws, so
 * candidates differ by nothing but their beliefs. It is qLogNEHVI (S. Daulton and others, NeurIPS 2021; S. Ament and others,
 * NeurIPS 2023) of one candidate, with one approximation: a candidate is taken as independent of the samples, so repeats of a
 * noisy design look better than they are. Picked and pending designs belong into the samples (`addPicked`). -Infinity only
 * where no gain is possible.
 */
export function logHypervolumeGains(sampled: SampledOutcomes, reference: ArrayLike<number>): GainsOf {
  const { samples, objectives } = sampled;
  const tables = Array.from({ length: samples }, (_, s) => tabulate(outcomesOf(sampled, s), reference));
  const room = Math.max(...tables.map(({ levels }) => Math.max(...levels.map(({ length }) => length))));
  const scratch = Array.from({ length: objectives }, () => new Float64Array(room));
  return ({ means, variances }: CandidateBeliefs) => {
    const spreads = variances.map(Math.sqrt);
    return Float64Array.from({ length: means.length / objectives }, (_, candidate) => {
      let sum = 0;
      for (const table of tables) {
        fill(table, scratch, expectedImprovement, means, spreads, candidate);
        sum += plainGain(table, scratch);
      }
      if (sum > PLAIN_ENOUGH) return log(sum / samples);
      const logs = tables.map((table) => {
        fill(table, scratch, logExpectedImprovement, means, spreads, candidate);
        return logGain(table, scratch);
      });
      return logSumExp(logs) - log(samples);
    });
  };
}

function tabulate(outcomes: readonly Float64Array[], reference: ArrayLike<number>): BoxTable {
  const boxes = freeBoxes(outcomes, reference);
  const lists = Array.from({ length: reference.length }, (_, j) => [
    ...new Set(boxes.flatMap(({ lower, upper }) => [lower[j] as number, upper[j] as number]).filter(Number.isFinite)),
  ]);
  const indices = lists.map((list) => new Map(list.map((level, index) => [level, index])));
  const find = (bounds: readonly number[]) => bounds.map((bound, j) => indices[j]?.get(bound) ?? -1);
  return {
    levels: lists.map((list) => Float64Array.from(list)),
    count: boxes.length,
    lower: Int32Array.from(boxes.flatMap(({ lower }) => find(lower))),
    upper: Int32Array.from(boxes.flatMap(({ upper }) => find(upper))),
  };
}

/** Fills the scratch with the improvement of one candidate over every level of every objective. */
function fill(
  { levels }: BoxTable,
  scratch: readonly Float64Array[],
  improvement: (mean: number, sd: number, incumbent: number) => number,
  means: Float64Array,
  spreads: Float64Array,
  candidate: number,
): void {
  const count = means.length / levels.length;
  for (let j = 0; j < levels.length; j++) {
    const own = levels[j] as Float64Array;
    const into = scratch[j] as Float64Array;
    const mean = means[j * count + candidate] as number;
    const sd = spreads[j * count + candidate] as number;
    for (let k = 0; k < own.length; k++) into[k] = improvement(mean, sd, own[k] as number);
  }
}

function plainGain({ levels, count, lower, upper }: BoxTable, improvements: readonly Float64Array[]): number {
  let sum = 0;
  for (let box = 0, at = 0; box < count; box++) {
    let product = 1;
    for (let j = 0; j < levels.length; j++, at++) {
      const own = improvements[j] as Float64Array;
      const high = upper[at] as number;
      const side = (own[lower[at] as number] as number) - (high < 0 ? 0 : (own[high] as number));
      product *= Math.max(0, side);
    }
    sum += product;
  }
  return sum;
}

function logGain({ levels, count, lower, upper }: BoxTable, improvements: readonly Float64Array[]): number {
  const logs = new Float64Array(count);
  for (let box = 0, at = 0; box < count; box++) {
    let sum = 0;
    for (let j = 0; j < levels.length; j++, at++) {
      const own = improvements[j] as Float64Array;
      const low = own[lower[at] as number] as number;
      const high = (upper[at] as number) < 0 ? Number.NEGATIVE_INFINITY : (own[upper[at] as number] as number);
      // Two bounds so close that rounding swaps them leave an empty side; none is left where nothing reaches the lower one.
      sum += low > high ? low + log1mexp(high - low) : Number.NEGATIVE_INFINITY;
    }
    logs[box] = sum;
  }
  return logSumExp(logs);
}
