import { expect, test } from "vitest";
import type { BackEndKind } from "../../src/kernel/back-end.ts";
import type { KernelFamily } from "../../src/kernel/kernel-types.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { drawKernelData, type KernelCase } from "../support/draw-kernel-data.ts";

const families: readonly KernelFamily[] = ["matern-5/2", "rbf"];

/** Everything that a kernel answers in a case, in one array: -1 stands for null. */
function answers(backEnd: BackEndKind, { data, theta, places }: KernelCase): Float64Array {
  const kernel = openKernel({ backEnd });
  expect(kernel.backEnd).toBe(backEnd);
  const all: number[] = [];
  kernel.load({ ...data, room: 1 });
  const slopes = kernel.evaluate(theta, { slopes: true });
  if (slopes === null) all.push(-1);
  else {
    all.push(slopes.mean, slopes.quadratic, slopes.logDeterminant, slopes.oneKinvOne);
    all.push(...slopes.quadraticSlopes, ...slopes.traceSlopes);
  }
  if (kernel.factor(theta) === null) return Float64Array.of(...all, -1);
  const f = data.groups.length;
  const count = places.length / f;
  const predict = () => {
    const [means, variances] = [new Float64Array(count), new Float64Array(count)];
    kernel.predict(places, means, variances);
    all.push(...means, ...variances, ...kernel.alpha(), ...kernel.inverseDiagonal());
    kernel.predictMeans(places, means);
    all.push(...means);
    const covariance = new Float64Array(count * count);
    kernel.covariance(places, means, covariance);
    all.push(...means, ...covariance);
  };
  predict();
  for (const [step, keepMean] of [false, true, false].entries()) {
    const features = places.subarray(step * f, step * f + f);
    all.push(kernel.appendRow({ features, value: step - 1, noiseVariance: theta.noise }, { keepMean }) ? 1 : 0);
    if (step !== 1) predict();
  }
  kernel.dropRows(Math.min(2, kernel.rows() - data.values.length));
  predict();
  return Float64Array.from(all);
}

function expectTwins(n: number, f: number, groups: number, family: KernelFamily, noise: number): Float64Array {
  const drawn = drawKernelData(n, f, groups, family, noise);
  const [wasm, portable] = [answers("wasm", drawn), answers("portable", drawn)];
  const same = Buffer.from(wasm.buffer).equals(Buffer.from(portable.buffer));
  expect(same, `n ${n}, ${f} features, ${groups} lengthscales, ${family}, noise ${noise}`).toBe(true);
  return wasm;
}

test.each(families)("wasm and plain TypeScript give equal bits for 1 to 140 rows, %s", (family) => {
  let failures = 0;
  for (let n = 1; n <= 140; n += n < 70 ? 1 : 3) {
    const f = [1, 3, 6, 20][n % 4]!;
    const groups = n % 3 === 0 ? Math.max(1, f >> 1) : f;
    expect(expectTwins(n, f, groups, family, 10 ** -(n % 6)).length).toBeGreaterThan(4);
    // A noise of 0 and long lengthscales make many of these fail.
    const { data, theta, places } = drawKernelData(n, f, groups, family, 0);
    const rigid = { data: { ...data, knownVariances: new Float64Array(n) }, places };
    const long = { ...theta, lengthscales: Float64Array.from(theta.lengthscales, (length) => 40 * length) };
    const [wasm, portable] = [
      answers("wasm", { ...rigid, theta: long }),
      answers("portable", { ...rigid, theta: long }),
    ];
    expect(Buffer.from(wasm.buffer).equals(Buffer.from(portable.buffer))).toBe(true);
    if (wasm[0] === -1) failures++;
  }
  expect(failures).toBeGreaterThan(10);
});

test("wasm and plain TypeScript give equal bits for larger odd sizes", () => {
  for (const [index, n] of [191, 192, 193, 255, 257, 321].entries()) {
    for (const f of [1, 6, 20]) expectTwins(n, f, f, families[index % 2]!, 1e-3);
  }
});

test("two kernels of either twin open at once do not disturb each other", () => {
  for (const backEnd of ["wasm", "portable"] as const) {
    const [one, other] = [drawKernelData(20, 3, 3, "rbf", 0.1), drawKernelData(31, 2, 2, "matern-5/2", 0.01)];
    const alone = openKernel({ backEnd });
    alone.load(one.data);
    const expected = alone.factor(one.theta);
    const [first, second] = [openKernel({ backEnd }), openKernel({ backEnd })];
    first.load(one.data);
    second.load(other.data);
    second.factor(other.theta);
    expect(first.factor(one.theta)).toEqual(expected);
    second.factor(other.theta);
    expect(first.alpha()).toEqual(alone.alpha());
  }
});
