import { describe, expect, test } from "vitest";
import { randomArrival } from "../../src/benchmark/arrivals.ts";
import { poolOf } from "../../src/benchmark/pool.ts";
import { bestShare, qualityOf, regretOf } from "../../src/benchmark/quality.ts";
import { randomMethod } from "../../src/benchmark/random-method.ts";
import { type CampaignRecord, runCampaign } from "../../src/benchmark/run-campaign.ts";
import { scoreOf } from "../../src/benchmark/score-of.ts";
import { summarise } from "../../src/benchmark/summarise.ts";
import { poolTable } from "../support/draw-pool.ts";

const record = (measured: readonly number[], recommended = measured, seed = 1): CampaignRecord => ({
  method: "told",
  seed,
  measured,
  readAfter: measured.map((_, i) => i + 1),
  recommended,
  askSeconds: [],
});

const oneByOne = { starts: 1, batch: 1 };
const fromTwo = { starts: 2, batch: 1 };

describe("one objective", () => {
  // f = 1, 3, 8: the best is 8, the mean is 4.
  const pool = poolOf(poolTable([[[1]], [[2], [4]], [[8]]]));
  const quality = qualityOf(pool);

  test("R(i) is what the recommended design lacks over what the average one lacks, by true means", () => {
    expect(pool.truth).toEqual([[1], [3], [8]]);
    expect(regretOf(quality, record([0, 1, 2], [0, 1, 2]))).toEqual([7 / 4, 5 / 4, 0]);
  });

  test("a method is scored by what it recommends, not by the best it has measured", () => {
    expect(regretOf(quality, record([2, 0, 1], [2, 0, 0]))).toEqual([0, 7 / 4, 7 / 4]);
  });

  test("minimising mirrors maximising", () => {
    const mirrored = poolOf(poolTable([[[-1]], [[-2], [-4]], [[-8]]], { goals: ["minimise"] }));
    expect(regretOf(qualityOf(mirrored), record([0, 1, 2]))).toEqual([7 / 4, 5 / 4, 0]);
  });

  test("an oracle scores 0, random search 1, and twice its regret 2, with intervals that say so exactly", () => {
    const random = [record([0, 1, 2], [1, 1, 1]), record([1, 0, 2], [1, 1, 1], 2)];
    const oracle = [record([2, 0, 1], [2, 2, 2]), record([2, 1, 0], [2, 2, 2], 2)];
    const worse = [record([0, 1, 2], [0, 0, 0]), record([0, 1, 2], [0, 0, 0], 2)];
    expect(summarise(pool, quality, oracle, random, oneByOne).score).toEqual({ value: 0, low: 0, high: 0 });
    expect(summarise(pool, quality, random, random, oneByOne).score).toEqual({ value: 1, low: 1, high: 1 });
    expect(summarise(pool, quality, worse, random, oneByOne).score.value).toBeCloseTo(7 / 5, 12);
  });

  test("the score is the ratio of the areas summed over seeds, not the mean of ratios", () => {
    const random = [record([0], [0]), record([1], [1], 2)];
    const method = [record([2], [2]), record([1], [1], 2)];
    expect(summarise(pool, quality, method, random, oneByOne).score.value).toBeCloseTo(5 / 4 / (7 / 4 + 5 / 4), 12);
    expect(summarise(pool, quality, method, random, oneByOne).areas).toEqual([0, 5 / 4]);
  });

  test("where random search lacks nothing, who lacks nothing is as good, and who lacks something is worse beyond measure", () => {
    expect(scoreOf([0, 0], [0, 0])).toEqual({ value: 1, low: 1, high: 1 });
    expect(scoreOf([0, 0.1], [0, 0])).toEqual({ value: 1000, low: 1, high: 1000 });
    // Every resample is 0/0 or x/x, as random search's own are.
    expect(scoreOf([0, 0.1, 0], [0, 0.1, 0])).toEqual({ value: 1, low: 1, high: 1 });
    expect(scoreOf([0, 0.2, 0], [0, 0.1, 0])).toEqual({ value: 2, low: 1, high: 2 });
    expect(scoreOf([0, 0], [0, 0.1])).toEqual({ value: 0, low: 0, high: 1 });
  });
});

describe("several objectives", () => {
  // Scaled to the pool's range: (0, 1), (1, 0), (0.5, 0.5), (0, 0); the second objective is minimised.
  const pool = poolOf(poolTable([[[10, -4]], [[30, 6]], [[20, 1]], [[10, 6]]], { goals: ["maximise", "minimise"] }));
  const quality = qualityOf(pool);

  test("the hypervolume is that of the pool's range, from its worst values", () => {
    expect(quality.best).toBeCloseTo(0.25, 12);
    expect(quality.average).toBeCloseTo(0.25 / 4, 12);
    expect([...quality.top]).toEqual([0, 1, 2]);
  });

  test("R(i) is what the measured designs together lack", () => {
    expect(regretOf(quality, record([3, 0, 2]))).toEqual([4 / 3, 4 / 3, 0]);
  });

  test("what a batch has measured is had when the batch is read, in whatever order it was named", () => {
    const batch = (measured: number[]) => ({ ...record(measured), readAfter: [1, 4, 4, 4] });
    expect(regretOf(quality, batch([3, 2, 0, 1]))).toEqual([4 / 3, 4 / 3, 4 / 3, 0]);
    expect(regretOf(quality, batch([2, 0, 1, 3]))).toEqual([0, 0, 0, 0]);
  });
});

describe("curves and counts", () => {
  // 100 designs, the value of each its index.
  const pool = poolOf(poolTable(Array.from({ length: 100 }, (_, i) => [[i]])));
  const quality = qualityOf(pool);
  const rising = Array.from({ length: 40 }, (_, i) => i + 60);
  const figures = summarise(pool, quality, [record(rising)], [record(rising)], fromTwo);

  test("the top set is the best 5 %, and designs as good as its last", () => {
    expect(quality.top).toEqual(new Set([95, 96, 97, 98, 99]));
    expect(bestShare([3, 1, 2, 2, 2, 0], 0.3)).toEqual(new Set([0, 2, 3, 4]));
    expect(bestShare([1, 5, 5], 0)).toEqual(new Set([1, 2]));
  });

  test("arrivals are counted from the first experiment", () => {
    const medians = figures.arrivals.map(({ target, median, designs }) => [target, designs, median?.value]);
    expect(medians).toEqual([
      ["best 5 %", 5, 36],
      ["best 1 %", 1, 40],
      ["best of all", 1, 40],
    ]);
  });

  test("acceleration is random search's exact number over the method's", () => {
    expect(figures.acceleration.map(({ factor }) => factor?.value)).toEqual([20 / 36, 50 / (37 + 0.5), 80 / 39]);
  });

  test("the enrichment peak is the best ratio to random search, and when", () => {
    expect(figures.enrichment).toEqual({ factor: 100 / 40, after: 40 });
  });

  test("equal quality is withheld where its ceiling is below 10, and is random search's median for that rank over b elsewhere", () => {
    expect(figures.equalQuality).toEqual([
      { after: 20, ceiling: 50 / 20, factor: null, withheld: "ceiling below 10" },
      { after: 40, ceiling: 50 / 40, factor: null, withheld: "ceiling below 10" },
    ]);
    const large = poolOf(poolTable(Array.from({ length: 999 }, (_, i) => [[i]])));
    const tenth = Array.from({ length: 20 }, (_, i) => 970 + i);
    const [after20] = summarise(large, qualityOf(large), [record(tenth)], [record(tenth)], fromTwo).equalQuality;
    expect(after20).toEqual({
      after: 20,
      ceiling: 25,
      factor: { value: 67 / 20, low: 67 / 20, high: 67 / 20 },
      withheld: null,
    });
  });

  test.each([1, 7])("random search is as fast as random search, %i at a time", async (batch) => {
    const large = poolOf(poolTable(Array.from({ length: 999 }, (_, i) => [[i]])));
    const rhythm = { starts: 1, batch };
    const records: CampaignRecord[] = [];
    for (let seed = 1; seed <= 400; seed++) {
      records.push(await runCampaign(large, randomMethod(), { ...rhythm, budget: 40, seed }, () => 0));
    }
    const { equalQuality, arrivals } = summarise(large, qualityOf(large), records, records, rhythm);
    expect(equalQuality.map(({ after }) => after)).toEqual(batch === 1 ? [20, 40] : [15, 40]);
    // The median of 400 ranks, which fall off like an exponential, has a standard deviation of 7.2 % of itself.
    for (const { factor } of equalQuality) {
      expect(factor?.value).toBeGreaterThan(1 - 3 * 0.072);
      expect(factor?.value).toBeLessThan(1 + 3 * 0.072);
      expect(factor?.low).toBeLessThan(factor?.value ?? 0);
      expect(factor?.high).toBeGreaterThan(factor?.value ?? 0);
    }
    const exact = arrivals[0]?.random?.median ?? 0;
    expect(arrivals[0]?.median?.low).toBeLessThanOrEqual(exact);
    expect(arrivals[0]?.median?.high).toBeGreaterThanOrEqual(exact);
  });

  test("what a batch holds counts from when it is read, of any method and of random search", () => {
    // Of 100 designs in batches of ten, the best is the first of the third batch.
    const measured = Array.from({ length: 40 }, (_, i) => (i === 22 ? 99 : i));
    const readAfter = measured.map((_, i) => (i < 2 ? i + 1 : Math.min(40, 12 + 10 * Math.floor((i - 2) / 10))));
    const batches = [{ ...record(measured), readAfter }];
    const { arrivals, acceleration, found, enrichment } = summarise(pool, quality, batches, batches, {
      starts: 2,
      batch: 10,
    });
    expect(arrivals[2]?.median?.value).toBe(32);
    expect(arrivals[2]?.random?.median).toBe(52);
    expect(found.slice(21, 32)).toEqual([...Array.from({ length: 10 }, () => 0), 0.2]);
    expect(acceleration[0]?.factor?.value).toBe(20 / 32);
    expect(enrichment).toEqual({ factor: 20 / 32, after: 32 });
  });

  test("a target that half of the campaigns miss has no median", () => {
    const early = record([99, ...rising.slice(0, 39)]);
    const never = record(Array.from({ length: 40 }, (_, i) => i));
    const { arrivals } = summarise(pool, quality, [early, never], [early, never], fromTwo);
    expect(arrivals[0]).toMatchObject({ reached: 0.5, median: null, mean: null });
  });

  test("random search's first hit is exact", () => {
    expect(randomArrival(600, 30).mean).toBeCloseTo(601 / 31, 12);
    expect(randomArrival(10, 1)).toEqual({ median: 5, mean: 5.5 });
    expect(randomArrival(3, 2)).toEqual({ median: 1, mean: 4 / 3 });
    // Read after 1, 2, 5, 5, 5, 7 and 7.
    const inBatches = randomArrival(7, 1, { starts: 2, batch: 3 });
    expect(inBatches).toEqual({ median: 5, mean: expect.closeTo(32 / 7, 12) });
    // Where one is good, half of all orders have it in their first half.
    const sizes = Array.from({ length: 500 }, (_, i) => 2 * (i + 1));
    expect(sizes.filter((size) => randomArrival(size, 1).median !== size / 2)).toEqual([]);
  });
});
