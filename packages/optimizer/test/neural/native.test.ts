import util from "node:util";
import { type TestContext, beforeAll, expect, test } from "vitest";
import { selfTest } from "../../src/neural/tensorflow/self-test.ts";
import type { TensorFlow } from "../../src/neural/tensorflow/tensorflow.ts";
import { runNetwork } from "../../src/neural/run-network.ts";
import { drawEvidence } from "../support/draw-evidence.ts";
import { openBackEnd, trainOn } from "../support/train-on.ts";

let native: TensorFlow | string;
beforeAll(async () => {
  native = await openBackEnd("tensorflow").catch((error: unknown) => String(error).split("\n")[0] ?? "");
});

function nativeOr(context: TestContext): TensorFlow {
  if (typeof native !== "string") return native;
  return context.skip(`NOT TESTED ON THE NATIVE LIBRARY OF TENSORFLOW: npm run build:tensorflow builds it (${native})`);
}

test("the native library passes the self-test on this Node", (context) => {
  expect(selfTest(nativeOr(context))).toBeNull();
});

test("networks trained by the native library predict what those trained by plain JavaScript do, to 1e-5", async (context) => {
  nativeOr(context);
  const evidence = drawEvidence(4, 60);
  const places = Float64Array.from(evidence.features.flatMap((features) => [...features]));
  const predicted = async (name: string) => {
    const { networks } = trainOn(await openBackEnd(name), evidence, 9, { steps: 30, rate: 0.003 });
    return networks.map((network) => runNetwork(network, places));
  };
  const [here, there] = [await predicted("tensorflow"), await predicted("cpu")];
  let most = 0;
  here.forEach(({ means, variances }, j) => {
    means.forEach((mean, i) => {
      most = Math.max(most, Math.abs(mean - (there[j]?.means[i] ?? Number.NaN)));
    });
    variances.forEach((variance, i) => {
      most = Math.max(most, Math.abs(variance - (there[j]?.variances[i] ?? Number.NaN)));
    });
  });
  expect(most).toBeLessThan(1e-5);
});

test("the native library gives equal bits for equal seeds", async (context) => {
  nativeOr(context);
  const tf = await openBackEnd("tensorflow");
  const train = () => trainOn(tf, drawEvidence(5, 200), 2, { steps: 20 }).networks;
  expect(train()).toEqual(train());
});

test("the self-test finds it out where Node lacks the function that tfjs-node calls", (context) => {
  const tf = nativeOr(context);
  const own = util as { isNullOrUndefined?: unknown };
  const kept = own.isNullOrUndefined;
  try {
    delete own.isNullOrUndefined;
    expect(() => selfTest(tf)).toThrow("isNullOrUndefined");
  } finally {
    own.isNullOrUndefined = kept;
  }
});
