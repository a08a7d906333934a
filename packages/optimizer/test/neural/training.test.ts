import { isDeepStrictEqual } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { drawFolds, leavesOut } from "../../src/neural/folds.ts";
import { runNetwork } from "../../src/neural/run-network.ts";
import type { NeuralNetwork } from "../../src/neural/ensemble.ts";
import { lossGradient } from "../../src/neural/tensorflow/loss-gradient.ts";
import type { TensorFlow } from "../../src/neural/tensorflow/tensorflow.ts";
import { trainEnsemble } from "../../src/neural/tensorflow/train-ensemble.ts";
import { TRAINING } from "../../src/neural/tensorflow/train-network.ts";
import { learnedReadings, trainingSet } from "../../src/neural/training-set.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";
import { openBackEnd, trainOn } from "../support/train-on.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await openBackEnd("wasm");
});

const random = createRandom(1);
const sizes = [3, 5, 4, 2];
const network: NeuralNetwork = {
  sizes,
  weights: sizes
    .slice(1)
    .flatMap((outputs, layer) => [
      Float32Array.from({ length: (sizes[layer] ?? 0) * outputs }, () => 0.5 * random.normal()),
      Float32Array.from({ length: outputs }, () => 0.5 * random.normal()),
    ]),
};
const places = Float64Array.from({ length: 3 * 7 }, () => Math.fround(random.uniform()));
const targets = Float64Array.from({ length: 7 }, () => random.normal());

/** The loss by the pure forward pass. */
function lossOf(own: NeuralNetwork): number {
  const { means, variances } = runNetwork(own, places);
  return (
    targets.reduce((sum, target, i) => {
      const variance = variances[i] ?? 1;
      return sum + 0.5 * (Math.log(variance) + (target - (means[i] ?? 0)) ** 2 / variance);
    }, 0) / targets.length
  );
}

test("the gradient by TensorFlow.js is the slope of the loss that the pure forward pass gives", () => {
  const { loss, gradients } = lossGradient(tf, network, {
    inputs: Float32Array.from(places, (x) => 2 * x - 1),
    targets,
  });
  expect(loss).toBeCloseTo(lossOf(network), 5);
  network.weights.forEach((own, k) => {
    own.forEach((_, i) => {
      const moved = (by: number): NeuralNetwork => ({
        sizes,
        weights: network.weights.map((list, other) =>
          list.map((weight, j) => (other === k && j === i ? weight + by : weight)),
        ),
      });
      const slope = (lossOf(moved(2 ** -9)) - lossOf(moved(-(2 ** -9)))) / 2 ** -8;
      expect(Math.abs((gradients[k]?.[i] ?? Number.NaN) - slope)).toBeLessThan(2e-4);
    });
  });
});

test("equal seeds give the same weights to the bit on one back end, other seeds other weights", () => {
  const evidence = drawEvidence(1, 40);
  const bits = (seed: number) => trainOn(tf, evidence, seed, { steps: 20 }).networks.map(({ weights }) => weights);
  expect(bits(3)).toEqual(bits(3));
  expect(bits(3)).not.toEqual(bits(4));
});

test("a reading has no part in the two networks that judge it, and in all the others", () => {
  const learned = trainingSet(learnedReadings(drawEvidence(3, 25)), 6);
  const row = 11;
  const targets = learned.targets.slice();
  targets[row] = 5;
  const tuning = { ...TRAINING, steps: 2 };
  const [one, other] = [trainEnsemble(tf, learned, tuning), trainEnsemble(tf, { ...learned, targets }, tuning)];
  const judges = one.flatMap((network, j) => (isDeepStrictEqual(network, other[j]) ? [j] : []));
  const fold = drawFolds(25, 6)[row] ?? Number.NaN;
  expect(judges).toEqual([...one.keys()].filter((network) => leavesOut(network, fold)));
  expect(judges).toHaveLength(2);
});

test("training leaves no tensor behind", () => {
  const before = tf.memory().numTensors;
  trainOn(tf, drawEvidence(1, 20), 1, { steps: 3 });
  expect(tf.memory().numTensors).toBe(before);
});

test("two back ends agree to rounding, not to the bit", async () => {
  const evidence = drawEvidence(2, 40);
  const train = async (name: string) => trainOn(await openBackEnd(name), evidence, 3, { steps: 5 }).networks;
  const [wasm, cpu] = [await train("wasm"), await train("cpu")];
  let most = 0;
  wasm.forEach((own, j) =>
    own.weights.forEach((list, k) =>
      list.forEach((weight, i) => {
        most = Math.max(most, Math.abs(weight - (cpu[j]?.weights[k]?.[i] ?? Number.NaN)));
      }),
    ),
  );
  expect(most).toBeLessThan(1e-3);
});
