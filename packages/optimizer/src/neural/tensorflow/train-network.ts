import { createRandom, type Random } from "../../random/create-random.ts";
import { cosOfTurn } from "../../special-functions/cos-of-turn.ts";
import type { NeuralNetwork, TrainingSet } from "../ensemble.ts";
import { centred } from "../run-network.ts";
import { createAdam } from "./adam.ts";
import { lossGradient } from "./loss-gradient.ts";
import type { TensorFlow } from "./tensorflow.ts";

/** Constants of the training; the defaults were compared on the shared pools and frozen. */
export interface TrainingTuning {
  readonly hidden: readonly number[];
  /** At most so many steps, and no more than `epochs` passes through the rows take, but for `FEWEST_STEPS`: few rows are soon known by heart. */
  readonly steps: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  readonly decay: number;
}

export const TRAINING: TrainingTuning = {
  hidden: [32, 32],
  steps: 1000,
  epochs: 100,
  batch: 64,
  rate: 0.02,
  decay: 0.01,
};

const FEWEST_STEPS = 100;

/**
 * Returns a network trained on the given rows of a set. First weights and batches follow from the seed alone: on one back end the
 * same call gives the same bits, on another they differ by rounding.
 */
export function trainNetwork(
  tf: TensorFlow,
  set: TrainingSet,
  rows: readonly number[],
  seed: number,
  { hidden, steps: most, epochs, batch, rate, decay }: TrainingTuning = TRAINING,
): NeuralNetwork {
  const random = createRandom(seed);
  const network = drawNetwork([set.dimensions, ...hidden, 2], random);
  const adam = createAdam(
    network.weights.map(({ length }) => length),
    decay,
  );
  const steps = Math.min(most, Math.max(FEWEST_STEPS, Math.ceil((epochs * rows.length) / batch)));
  const deck: number[] = [];
  for (let step = 0; step < steps; step++) {
    while (deck.length < batch) deck.push(...shuffled(rows, random));
    const drawn = deck.splice(0, Math.min(batch, rows.length));
    const inputs = new Float32Array(drawn.length * set.dimensions);
    drawn.forEach((row, i) => {
      for (let k = 0; k < set.dimensions; k++) {
        inputs[i * set.dimensions + k] = centred(set.inputs[row * set.dimensions + k] as number);
      }
    });
    const targets = Float64Array.from(drawn, (row) => set.targets[row] as number);
    const { gradients } = lossGradient(tf, network, { inputs, targets });
    adam.step(network.weights, gradients, rate * 0.5 * (1 + cosOfTurn(step / (2 * steps))));
  }
  return network;
}

/** First weights: normal, of variance 1 / inputs, so that each node sees inputs of about its own size; biases 0. */
function drawNetwork(sizes: readonly number[], random: Random): NeuralNetwork {
  const weights = sizes.slice(1).flatMap((outputs, layer) => {
    const inputs = sizes[layer] as number;
    const own = Float32Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs));
    return [own, new Float32Array(outputs)];
  });
  return { sizes, weights };
}

function shuffled(rows: readonly number[], random: Random): number[] {
  const order = [...rows];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
