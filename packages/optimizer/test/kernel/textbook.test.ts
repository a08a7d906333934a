import { expect, test } from "vitest";
import type { Kernel, KernelData, KernelFamily, Theta } from "../../src/kernel/kernel-types.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const cases = (["matern-5/2", "rbf"] as KernelFamily[]).flatMap((family) =>
  [1, 2, 5, 17, 40, 70].map((n) => drawKernelData(n, [1, 3, 6][n % 3]!, [1, 2, 3][n % 3]!, family, 0.05, 9)),
);

/** Relative to the larger of the reference and `scale`. */
function expectClose(actual: number | undefined, reference: number, tolerance: number, scale = 1): void {
  expect(Math.abs((actual ?? Number.NaN) - reference)).toBeLessThan(tolerance * Math.max(scale, Math.abs(reference)));
}

function opened(data: KernelData): Kernel {
  const kernel = openKernel();
  kernel.load(data);
  return kernel;
}

function predictions(kernel: Kernel, places: Float64Array, f: number) {
  const [means, variances] = [new Float64Array(places.length / f), new Float64Array(places.length / f)];
  kernel.predict(places, means, variances);
  return { means, variances };
}

function place(places: Float64Array, f: number, b: number): Float64Array {
  return places.subarray(b * f, b * f + f);
}

test("the likelihood's pieces are the textbook's", () => {
  for (const { data, theta } of cases) {
    const truth = textbookProcess(data, theta);
    for (const found of [
      opened(data).evaluate(theta, { slopes: false }),
      opened(data).evaluate(theta, { slopes: true }),
      opened(data).factor(theta),
    ]) {
      expectClose(found?.mean, truth.mean, 1e-10);
      expectClose(found?.quadratic, truth.quadratic, 1e-10);
      expectClose(found?.logDeterminant, truth.logDeterminant, 1e-10);
      expectClose(found?.oneKinvOne, truth.oneKinvOne, 1e-10);
    }
  }
});

test("the likelihood has equal bits with and without slopes", () => {
  for (const { data, theta } of cases) {
    const kernel = opened(data);
    const { quadraticSlopes, traceSlopes, ...rest } = kernel.evaluate(theta, { slopes: true })!;
    expect(quadraticSlopes.length + traceSlopes.length).toBe(2 * theta.lengthscales.length + 2);
    expect(kernel.evaluate(theta, { slopes: false })).toEqual(rest);
  }
});

test("the slopes by every lengthscale and the noise are those of finite differences", () => {
  for (const { data, theta } of cases) {
    const kernel = opened(data);
    const found = kernel.evaluate(theta, { slopes: true })!;
    const groups = theta.lengthscales.length;
    for (let p = 0; p <= groups; p++) {
      const shifted = (by: number): Theta => ({
        lengthscales: Float64Array.from(theta.lengthscales, (l, g) => (g === p ? l * Math.exp(by) : l)),
        noise: p === groups ? theta.noise * Math.exp(by) : theta.noise,
      });
      const h = 1e-4;
      // Fourth order: what is left is below 1e-9.
      const slope = (piece: "quadratic" | "logDeterminant") => {
        const at = (by: number) => kernel.evaluate(shifted(by), { slopes: false })![piece];
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      };
      expectClose(found.quadraticSlopes[p], -slope("quadratic"), 1e-6);
      expectClose(found.traceSlopes[p], slope("logDeterminant"), 1e-6);
    }
  }
});

test("predictions, alpha and the inverse's diagonal are the textbook's", () => {
  for (const { data, theta, places } of cases) {
    const f = data.groups.length;
    const truth = textbookProcess(data, theta);
    const kernel = opened(data);
    kernel.factor(theta);
    const { means, variances } = predictions(kernel, places, f);
    for (let b = 0; b < means.length; b++) {
      const here = place(places, f, b);
      expectClose(means[b], truth.meanAt(here), 1e-10);
      expectClose(variances[b], truth.covarianceOf(here, here), 1e-10);
    }
    truth.alpha.forEach((entry, i) => expectClose(kernel.alpha()[i], entry, 1e-10));
    truth.inverse.forEach((row, i) => expectClose(kernel.inverseDiagonal()[i], row[i]!, 1e-10));
  }
});

test("the joint covariance is the textbook's, symmetric, with the variances of single predictions on its diagonal", () => {
  for (const { data, theta, places } of cases) {
    const f = data.groups.length;
    const truth = textbookProcess(data, theta);
    const kernel = opened(data);
    kernel.factor(theta);
    const count = places.length / f;
    const [means, covariance] = [new Float64Array(count), new Float64Array(count * count)];
    kernel.covariance(places, means, covariance);
    const single = predictions(kernel, places, f);
    expect(means).toEqual(single.means);
    for (let i = 0; i < count; i++) {
      expect(covariance[i * count + i]).toBe(single.variances[i]);
      for (let j = 0; j < count; j++) {
        expect(covariance[i * count + j]).toBe(covariance[j * count + i]);
        expectClose(covariance[i * count + j], truth.covarianceOf(place(places, f, i), place(places, f, j)), 1e-10);
      }
    }
  }
});

test("a place's prediction has the same bits alone and among others", () => {
  const { data, theta, places } = drawKernelData(37, 3, 3, "matern-5/2", 0.01, 150);
  const kernel = opened(data);
  kernel.factor(theta);
  const together = predictions(kernel, places, 3);
  for (let b = 0; b < 150; b++) {
    const alone = predictions(kernel, place(places, 3, b), 3);
    expect([alone.means[0], alone.variances[0]]).toEqual([together.means[b], together.variances[b]]);
  }
});

test("at a noise-free reading the mean is the reading and the variance no less than the floor", () => {
  const { data, theta } = drawKernelData(12, 3, 3, "matern-5/2", 0);
  const kernel = opened({ ...data, knownVariances: new Float64Array(12) });
  expect(kernel.factor({ ...theta, noise: 0 })).not.toBeNull();
  const { means, variances } = predictions(kernel, data.features, 3);
  data.values.forEach((value, i) => expectClose(means[i], value, 1e-10));
  for (const variance of variances) {
    expect(variance).toBeGreaterThanOrEqual(1e-14);
    expect(variance).toBeLessThan(1e-12);
  }
});
