import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { layOut } from "../../src/kernel/layout.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";

const MB = 1024 * 1024;

test("memory stays below 30 MB for 1,000 rows of 128 features and 105 MB for 2,000", () => {
  expect(layOut(0, 1016, 128).end).toBeLessThan(30 * MB);
  expect(layOut(0, 2016, 128).end).toBeLessThan(105 * MB);
});

test("a kernel that has to grow for data and joint predictions, answers with the bits of a fresh one", () => {
  const { data, theta, places } = drawKernelData(150, 128, 5, "matern-5/2", 0.01, 300);
  const answers = (backEnd: "wasm" | "portable", before: boolean) => {
    const kernel = openKernel({ backEnd });
    if (before) {
      const small = drawKernelData(3, 2, 1, "rbf", 0.1);
      kernel.load(small.data);
      kernel.factor(small.theta);
      kernel.predict(small.places, new Float64Array(7), new Float64Array(7));
    }
    kernel.load(data);
    kernel.factor(theta);
    const [means, variances] = [new Float64Array(300), new Float64Array(300)];
    kernel.predict(places, means, variances);
    const [joint, covariance] = [new Float64Array(300), new Float64Array(90_000)];
    kernel.covariance(places, joint, covariance);
    const { quadraticSlopes, traceSlopes } = kernel.evaluate(theta, { slopes: true })!;
    return Buffer.concat(
      [means, variances, joint, covariance, quadraticSlopes, traceSlopes].map((array) => Buffer.from(array.buffer)),
    );
  };
  const fresh = answers("wasm", false);
  expect(answers("wasm", true).equals(fresh)).toBe(true);
  expect(answers("portable", true).equals(fresh)).toBe(true);
});
