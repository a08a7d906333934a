import type { NeuralNetwork } from "../ensemble.ts";
import { createAdam } from "./adam.ts";
import { lossGradient } from "./loss-gradient.ts";
import type { TensorFlow } from "./tensorflow.ts";

const TOLERANCE = 1e-5;

// Worked out apart from TensorFlow.js, in double precision: the gradient by differences of fourth order.
const LOSS = 2.33727526;
const GRADIENTS = [
  [-0.370384, -0.247352, 1.116002, 0.029564],
  [-0.356639, -0.328809],
  [0.794342, -0.800833, 1.661904, 0.405934],
  [-0.218521, -1.693705],
];
const STEPPED = [
  [0.575, -0.1375, 0.6125, 0.85],
  [0.21875, -0.375],
  [0.85, -0.375, 0.1375, 0.375],
  [0.3375, -0.01875],
];

/**
 * Returns what is wrong with the active back end, null where nothing is: one product of matrices, the gradient of a small network
 * and one step of Adam are compared with numbers known beforehand. A back end that throws on one of them throws here.
 */
export function selfTest(tf: TensorFlow): string | null {
  const product = tf.tidy(() => [
    ...tf.matMul(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, 0.5, -1], [3, 1])).dataSync(),
  ]);
  if (!agree([product], [[-1, 0.5]])) return "it fails the self-test: a product of matrices is wrong";
  const network = smallNetwork();
  const batch = { inputs: Float32Array.of(-1, 0.5, 0.25, 1, 0.75, -0.5), targets: Float64Array.of(0.5, -1, 2) };
  const { loss, gradients } = lossGradient(tf, network, batch);
  if (!agree([[loss], ...gradients], [[LOSS], ...GRADIENTS])) return "it fails the self-test: a gradient is wrong";
  createAdam([4, 2, 4, 2], 0.5).step(network.weights, gradients, 0.1);
  return agree(network.weights, STEPPED) ? null : "it fails the self-test: a step of Adam is wrong";
}

function smallNetwork(): NeuralNetwork {
  return {
    sizes: [2, 2, 2],
    weights: [
      Float32Array.of(0.5, -0.25, 0.75, 1),
      Float32Array.of(0.125, -0.5),
      Float32Array.of(1, -0.5, 0.25, 0.5),
      Float32Array.of(0.25, -0.125),
    ],
  };
}

function agree(found: readonly ArrayLike<number>[], known: readonly ArrayLike<number>[]): boolean {
  return known.every((list, k) =>
    Array.from(list).every((value, i) => Math.abs((found[k]?.[i] ?? Number.NaN) - value) <= TOLERANCE),
  );
}
