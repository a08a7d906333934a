import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitTheta, type FittedTheta } from "../../src/model/fit-theta.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { type PooledReadings, poolReplicates } from "../../src/model/pool-replicates.ts";
import { standardise } from "../../src/model/standardise.ts";
import { thinReadings } from "../../src/model/thin-readings.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

function fit(readings: PooledReadings, from: FittedTheta | null = null): FittedTheta {
  const groups = Int32Array.from({ length: readings.dimensions }, (_, i) => i);
  return fitTheta(openKernel(), readings, groups, "matern-5/2", { from });
}

test("before any difference is read, lengthscales are as much longer as the cube has more dimensions: 0.7 times their root", () => {
  for (const dimensions of [1, 4, 9, 16]) {
    const { lengthscales, roughness, logPosterior } = fit(
      poolReplicates([new Float64Array(dimensions)], [0], dimensions),
    );
    for (const lengthscale of lengthscales) expect(lengthscale).toBeCloseTo(0.7 * Math.sqrt(dimensions), 12);
    expect(roughness).toBeCloseTo(0.0135, 12);
    expect(logPosterior).toBeNull();
  }
});

test("of two optima the more credible is found, which a search from the priors' medians alone passes by", () => {
  const random = createRandom(14);
  const places = Array.from({ length: 12 }, () => Float64Array.of(random.uniform(), random.uniform()));
  const values = places.map(([x = 0]) => Math.sin(9 * x) + 0.5 * random.normal());
  const readings = poolReplicates(places, standardise(values).values, 2);
  const none = poolReplicates([new Float64Array(2)], [0], 2);
  const medians = fit(none);
  expect(fit(readings).logPosterior).toBeGreaterThan((fit(readings, medians).logPosterior as number) + 1);
});

test("a part of the readings has the best quarter of it from the best of all, and the others from all over the space", () => {
  const { features, values } = drawEvidence(8, 200);
  const readings = poolReplicates(features, values, 2);
  const part = thinReadings(readings, 40);
  const best = [...readings.means].toSorted((a, b) => b - a).slice(0, 10);
  expect(part.count).toBe(40);
  expect([...part.means]).toEqual(expect.arrayContaining(best));
  const firsts = Array.from({ length: 40 }, (_, row) => part.inputs[2 * row] as number);
  for (const [from, to] of [
    [0, 0.25],
    [0.25, 0.5],
    [0.5, 0.75],
    [0.75, 1],
  ] as const) {
    expect(firsts.filter((x) => x >= from && x < to).length).toBeGreaterThanOrEqual(5);
  }
});

test("of two designs no member is believed more than another: leaving one out says nothing", () => {
  const places = [Float64Array.of(0.1, 0.2), Float64Array.of(0.9, 0.4)];
  const model = fitModel({ features: places, groups: Int32Array.of(0, 1), values: [1, 2] });
  const densities = model?.members.map(({ looDensity }) => looDensity);
  expect(new Set(densities).size).toBeGreaterThan(1);
  expect(model?.weights).toEqual(densities?.map(() => 1 / (densities?.length ?? 0)));
});
