import { createRandom } from "../random/create-random.ts";
import type { BenchMethod, PoolMeasurement } from "./bench-method.ts";
import { bestMean } from "./best-mean.ts";
import { deriveSeed } from "./derive-seed.ts";
import { featuresOf } from "./features.ts";
import { type Pool, readingAt, shuffled } from "./pool.ts";

/** How a campaign is run; `budget` counts the starts in and is at most the number of designs. */
export interface CampaignSettings {
  readonly seed: number;
  readonly budget: number;
  readonly batch: number;
  readonly starts: number;
}

/** What a campaign did; designs are indices into the pool. */
export interface CampaignRecord {
  readonly method: string;
  readonly seed: number;
  /** `budget` designs in the order in which they were measured. */
  readonly measured: readonly number[];
  /** How many experiments had been made when each was read: those of a batch are read together. */
  readonly readAfter: readonly number[];
  /** What was recommended after 1 to `budget` experiments. */
  readonly recommended: readonly number[];
  /** Processor seconds of each ask for designs, null where nobody knows. */
  readonly askSeconds: readonly (number | null)[];
}

const STARTS = 0;
const METHOD = 1;

/**
 * Runs one campaign of a method on a pool. Starts and readings depend on seed and pool alone, so that methods can be compared
 * pairwise. A batch is read as a whole; until then the recommendation stands. `cpuSeconds` reads a processor clock.
 * Throws when the method names a design that is not there, or too few of them.
 */
export async function runCampaign(
  pool: Pool,
  method: BenchMethod,
  { seed, budget, batch, starts }: CampaignSettings,
  cpuSeconds: () => number,
): Promise<CampaignRecord> {
  const measured: number[] = [];
  const readAfter: number[] = [];
  const recommended: number[] = [];
  const askSeconds: (number | null)[] = [];
  const measurements: PoolMeasurement[] = [];
  const visits = new Map<number, number>();
  const measure = (index: number) => {
    const visit = visits.get(index) ?? 0;
    visits.set(index, visit + 1);
    measured.push(index);
    measurements.push({ index, values: readingAt(pool, index, seed, visit) });
  };

  const order = shuffled(pool.designs.length, createRandom(deriveSeed(seed, STARTS)));
  for (const index of order.slice(0, Math.min(starts, budget))) {
    measure(index);
    readAfter.push(measured.length);
    recommended.push(bestMean(pool.study, measurements));
  }
  const { parameters } = pool.study;
  const campaign = await method.start(pool.study, featuresOf(parameters, pool.designs), deriveSeed(seed, METHOD));
  for (;;) {
    const count = Math.min(batch, budget - measured.length);
    const remaining = budget - measured.length - count;
    const before = cpuSeconds();
    const answer = await campaign.ask({ measurements: [...measurements], pending: [], count, remaining });
    const spent = answer.cpuSeconds === undefined ? cpuSeconds() - before : answer.cpuSeconds;
    const recommendation = answer.recommended ?? bestMean(pool.study, measurements);
    checkAnswer(method.name, [...answer.indices, recommendation], answer.indices.length, count, pool.designs.length);
    recommended[measured.length - 1] = recommendation;
    if (count === 0) return { method: method.name, seed, measured, readAfter, recommended, askSeconds };
    askSeconds.push(spent);
    const after = measured.length + count;
    for (const index of answer.indices) {
      measure(index);
      readAfter.push(after);
      recommended.push(recommendation);
    }
  }
}

function checkAnswer(method: string, indices: readonly number[], given: number, count: number, designs: number): void {
  if (given !== count) throw new Error(`${method} was asked for ${count} designs and named ${given}`);
  const wrong = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= designs);
  if (wrong !== undefined) throw new Error(`${method} named design ${wrong}, and there are ${designs}`);
}
