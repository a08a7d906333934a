import { expect, test } from "vitest";
import { lendMemory, lentBackEnd } from "../../src/kernel/lend-memory.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { openWasm } from "../../src/kernel/open-wasm.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";

/** The bits of everything a kernel says of some readings. */
function said(rows = 37): string {
  const { data, theta, places } = drawKernelData(rows, 3, 3, "matern-5/2", 0.05, 70);
  const kernel = openKernel({ backEnd: "wasm" });
  kernel.load(data);
  const likelihood = kernel.evaluate(theta, { slopes: true });
  kernel.factor(theta);
  const [means, variances] = [new Float64Array(70), new Float64Array(70)];
  // More rows than there is room for: the memory is laid out anew.
  for (let i = 0; i < 20; i++) {
    kernel.appendRow({ features: Float64Array.of(i / 20, 0.5, 0.2), value: 1, noiseVariance: 0.1 });
  }
  kernel.predict(places, means, variances);
  const joint = new Float64Array(9);
  kernel.covariance(places.subarray(0, 9), new Float64Array(3), joint);
  return JSON.stringify([likelihood, [...kernel.alpha()], [...kernel.inverseDiagonal()], [...means], [...variances]]);
}

// Even and odd, and across the blocks that matrices are worked through in.
test.each([36, 37, 63, 66, 129])(
  "a kernel of %i rows that gets the memory of another, whatever that left there, gives the same bits",
  (rows) => {
    const fresh = said(rows);
    const [first, second] = lendMemory(() => [lentBackEnd(openWasm), lentBackEnd(openWasm)] as const);
    for (const own of [first, second]) {
      own.reserve(4_000_000);
      own.heap().fill(Number.NaN, own.use().firstFree() >> 3);
    }
    expect(lendMemory(() => said(rows))).toBe(fresh);
    expect(lendMemory(() => said(rows))).toBe(fresh);
  },
);

test("memories are handed on in the order they were taken, also after an error; outside of a decision each kernel has its own", () => {
  const taken = lendMemory(() => [lentBackEnd(openWasm), lendMemory(() => lentBackEnd(openWasm))]);
  expect(new Set(taken).size).toBe(2);
  expect(() =>
    lendMemory(() => {
      expect(lentBackEnd(openWasm)).toBe(taken[0]);
      throw new Error("stopped");
    }),
  ).toThrow("stopped");
  expect(taken).not.toContain(lentBackEnd(openWasm));
  expect(lendMemory(() => [lentBackEnd(openWasm), lentBackEnd(openWasm)])).toEqual(taken);
});

test("what is too large to be kept is let go", () => {
  const large = lendMemory(() => {
    const own = lentBackEnd(openWasm);
    own.reserve(160 * 1024 * 1024);
    return own;
  });
  expect(lendMemory(() => lentBackEnd(openWasm))).not.toBe(large);
});
