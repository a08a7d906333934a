import type { Tensor2D } from "@tensorflow/tfjs-core";
import { exp } from "../../special-functions/exp.ts";
import { log } from "../../special-functions/log.ts";
import type { NeuralNetwork } from "../ensemble.ts";
import { varianceOf } from "../run-network.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** Rows that a step learns from: inputs centred about 0, row-major. */
export interface Batch {
  readonly inputs: Float32Array;
  readonly targets: Float64Array;
}

/** The mean negative log density of the targets in nats, without its constant, and its slopes in the weights. */
export interface LossGradient {
  readonly loss: number;
  /** As `NeuralNetwork.weights`. */
  readonly gradients: readonly Float32Array[];
}

/**
 * Returns loss and gradient of a network on a batch. The layers, forwards and backwards, are operations of TensorFlow.js; what is
 * between them, two numbers a row, is worked out here.
 */
export function lossGradient(
  tf: TensorFlow,
  { sizes, weights }: NeuralNetwork,
  { inputs, targets }: Batch,
): LossGradient {
  const depth = sizes.length - 1;
  const gradients: Float32Array[] = [];
  let loss = 0;
  tf.tidy(() => {
    const matrices = Array.from({ length: depth }, (_, layer) =>
      tf.tensor2d(weights[2 * layer] as Float32Array, [sizes[layer] as number, sizes[layer + 1] as number]),
    );
    const activations = [tf.tensor2d(inputs, [targets.length, sizes[0] as number])];
    for (let layer = 0; layer < depth; layer++) {
      const bias = tf.tensor1d(weights[2 * layer + 1] as Float32Array);
      const sum: Tensor2D = tf.add(tf.matMul(at(activations, layer), at(matrices, layer)), bias);
      activations.push(layer + 1 < depth ? tf.tanh(sum) : sum);
    }
    const output = outputSlopes(at(activations, depth).dataSync<"float32">(), targets);
    loss = output.loss;
    let back = tf.tensor2d(output.slopes, [targets.length, 2]);
    for (let layer = depth - 1; layer >= 0; layer--) {
      const inner = at(activations, layer);
      const own = tf.matMul(inner, back, true, false);
      gradients.unshift(own.dataSync<"float32">(), tf.sum(back, 0).dataSync<"float32">());
      if (layer === 0) break;
      // The slope of tanh is 1 - tanh².
      const through = tf.matMul(back, at(matrices, layer), false, true);
      back = tf.sub(through, tf.mul(through, tf.square(inner)));
    }
  });
  return { loss, gradients };
}

/** ½ ln v + ½ (y - m)²/v per row, v from the second output, and its slopes in both outputs, divided by the number of rows. */
function outputSlopes(outputs: Float32Array, targets: Float64Array): { loss: number; slopes: Float32Array } {
  const count = targets.length;
  const slopes = new Float32Array(outputs.length);
  let loss = 0;
  for (let row = 0; row < count; row++) {
    const raw = outputs[2 * row + 1] as number;
    const variance = varianceOf(raw);
    const error = (targets[row] as number) - (outputs[2 * row] as number);
    loss += 0.5 * (log(variance) + (error * error) / variance);
    slopes[2 * row] = -error / variance / count;
    // The slope of ln(1 + eˣ) is the logistic function.
    slopes[2 * row + 1] = (0.5 * (1 - (error * error) / variance)) / variance / (1 + exp(-raw)) / count;
  }
  return { loss: loss / count, slopes };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
