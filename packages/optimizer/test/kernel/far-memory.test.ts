import { expect, test } from "vitest";
import type { BackEnd } from "../../src/kernel/back-end.ts";
import { jointCovariance } from "../../src/kernel/covariance.ts";
import { evaluateSlopes } from "../../src/kernel/evaluate.ts";
import { appendRow, makeFactor } from "../../src/kernel/factor.ts";
import { layOut } from "../../src/kernel/layout.ts";
import { openWasm } from "../../src/kernel/open-wasm.ts";
import { predict } from "../../src/kernel/predict.ts";
import { openSession } from "../../src/kernel/session.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";

/** A back end whose first free address is `start`: what lies below costs nothing, since nobody writes there. */
function startingAt(start: number, backEnd: BackEnd): BackEnd {
  return { ...backEnd, use: () => ({ ...backEnd.use(), firstFree: () => start }) };
}

/** The bits of what a process says. */
function said(backEnd: BackEnd): string {
  const { data, theta, places } = drawKernelData(21, 3, 3, "matern-5/2", 0.05);
  const session = openSession(backEnd, data);
  const likelihood = evaluateSlopes(session, theta);
  makeFactor(session, theta);
  appendRow(session, { features: [0.1, 0.2, 0.3], value: 1, noiseVariance: 0.1 }, false);
  const [means, variances, covariance] = [new Float64Array(7), new Float64Array(7), new Float64Array(49)];
  predict(session, places, means, variances);
  jointCovariance(session, places, means, covariance);
  return JSON.stringify([likelihood, [...means], [...variances], [...covariance]]);
}

test("what a process says does not depend on where in memory it lies: across and beyond 2 GB the bits are those at the start", () => {
  const near = said(openWasm());
  for (const start of [2 ** 31 - 8192, 2 ** 31 + 64]) {
    expect(said(startingAt(start, openWasm()))).toBe(near);
  }
});

test("addresses go on rising where one matrix alone is larger than 2 GB", () => {
  const { matrix, upper, slopes, places } = layOut(64, 17_000, 3);
  const sizes = [upper - matrix, slopes - upper, places - slopes];
  expect(Math.min(...sizes)).toBeGreaterThan(2 ** 31);
});
