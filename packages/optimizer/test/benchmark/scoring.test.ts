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
  recommended,
  askSeconds: [],
});

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
    expect(summarise(pool, quality, oracle, random, 1).score).toEqual({ value: 0, low: 0, high: 0 });
    expect(summarise(pool, quality, random, random, 1).score).toEqual({ value: 1, low: 1, high: 1 });
    expect(summarise(pool, quality, worse, random, 1).score.value).toBeCloseTo(7 / 5, 12);
  });

  test("the score is the ratio of the areas summed over seeds, not the mean of ratios", () => {
    const random = [record([0], [0]), record([1], [1], 2)];
    const method = [record([2], [2]), record([1], [1], 2)];
    expect(summarise(pool, quality, method, random, 1).score.value).toBeCloseTo(5 / 4 / (7 / 4 + 5 / 4), 12);
    expect(summarise(pool, quality, method, random, 1).areas).toEqual([0, 5 / 4]);
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
});

describe("curves and counts", () => {
  // 100 designs, the value of each its index.
  const pool = poolOf(poolTable(Array.from({ length: 100 }, (_, i) => [[i]])));
  const quality = qualityOf(pool);
  const rising = Array.from({ length: 40 }, (_, i) => i + 60);
  const figures = summarise(pool, quality, [record(rising)], [record(rising)], 2);

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
    const [after20] = summarise(large, qualityOf(large), [record(tenth)], [record(tenth)], 2).equalQuality;
    expect(after20).toEqual({
      after: 20,
      ceiling: 25,
      factor: { value: 67 / 20, low: 67 / 20, high: 67 / 20 },
      withheld: null,
    });
  });

  test("random search is as fast as random search", async () => {
    const large = poolOf(poolTable(Array.from({ length: 999 }, (_, i) => [[i]])));
    const settings = { budget: 40, batch: 40, starts: 1 };
    const records: CampaignRecord[] = [];
    for (let seed = 1; seed <= 400; seed++) {
      records.push(await runCampaign(large, randomMethod(), { ...settings, seed }, () => 0));
    }
    const factors = summarise(large, qualityOf(large), records, records, 1).equalQuality.map(({ factor }) => factor);
    expect(factors).toHaveLength(2);
    // The median of 400 ranks, which fall off like an exponential, has a standard deviation of 7.2 % of itself.
    for (const factor of factors) {
      expect(factor?.value).toBeGreaterThan(1 - 3 * 0.072);
      expect(factor?.value).toBeLessThan(1 + 3 * 0.072);
      expect(factor?.low).toBeLessThan(factor?.value ?? 0);
      expect(factor?.high).toBeGreaterThan(factor?.value ?? 0);
    }
  });

  test("a target that half of the campaigns miss has no median", () => {
    const early = record([99, ...rising.slice(0, 39)]);
    const never = record(Array.from({ length: 40 }, (_, i) => i));
    const { arrivals } = summarise(pool, quality, [early, never], [early, never], 2);
    expect(arrivals[0]).toMatchObject({ reached: 0.5, median: null, mean: null });
  });

  test("random search's first hit is exact", () => {
    expect(randomArrival(600, 30).mean).toBeCloseTo(601 / 31, 12);
    expect(randomArrival(10, 1)).toEqual({ median: 5, mean: 5.5 });
    expect(randomArrival(3, 2)).toEqual({ median: 1, mean: 4 / 3 });
  });
});
