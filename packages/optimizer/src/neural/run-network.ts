import { exp } from "../special-functions/exp.ts";
import { log1p } from "../special-functions/log.ts";
import { tanh } from "../special-functions/tanh.ts";
import type { NeuralNetwork } from "./ensemble.ts";

/** Variances below this, in standardised units, are not told apart from none. */
const VARIANCE_FLOOR = 1e-5;

/**
 * Returns the means and variances that a network gives to places, row-major N × f. In double precision and in a fixed order: the
 * bits depend on the weights alone, wherever these were trained.
 */
export function runNetwork(
  { sizes, weights }: NeuralNetwork,
  places: Float64Array,
): { means: Float64Array; variances: Float64Array } {
  const width = sizes[0] as number;
  const count = places.length / width;
  const means = new Float64Array(count);
  const variances = new Float64Array(count);
  const layers = sizes.slice(1).map((outputs) => new Float64Array(outputs));
  const inputs = new Float64Array(width);
  for (let place = 0; place < count; place++) {
    for (let i = 0; i < width; i++) inputs[i] = centred(places[place * width + i] as number);
    let from = inputs;
    layers.forEach((to, layer) => {
      connect(from, weights[2 * layer] as Float32Array, weights[2 * layer + 1] as Float32Array, to);
      if (layer + 1 < layers.length) for (let j = 0; j < to.length; j++) to[j] = tanh(to[j] as number);
      from = to;
    });
    means[place] = from[0] as number;
    variances[place] = varianceOf(from[1] as number);
  }
  return { means, variances };
}

/** Features lie in the unit cube; networks learn best from numbers about 0. */
export function centred(feature: number): number {
  return 2 * feature - 1;
}

/** The second output as a variance: ln(1 + eˣ), kept off 0. */
export function varianceOf(output: number): number {
  return (output > 0 ? output + log1p(exp(-output)) : log1p(exp(output))) + VARIANCE_FLOOR;
}

function connect(from: Float64Array, weights: Float32Array, biases: Float32Array, to: Float64Array): void {
  const outputs = to.length;
  to.set(biases);
  for (let i = 0; i < from.length; i++) {
    const value = from[i] as number;
    const row = i * outputs;
    for (let j = 0; j < outputs; j++) to[j] = (to[j] as number) + value * (weights[row + j] as number);
  }
}
