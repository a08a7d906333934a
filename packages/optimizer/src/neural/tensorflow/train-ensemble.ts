import { createRandom } from "../../random/create-random.ts";
import type { NeuralNetwork, TrainingSet } from "../ensemble.ts";
import { drawFolds, leavesOut, NETWORKS } from "../folds.ts";
import type { TensorFlow } from "./tensorflow.ts";
import { TRAINING, trainNetwork } from "./train-network.ts";

/** Returns the networks of an ensemble, each trained without its fold, in a fixed order with a seed of its own. */
export function trainEnsemble(tf: TensorFlow, set: TrainingSet, tuning = TRAINING): NeuralNetwork[] {
  const folds = drawFolds(set.count, set.seed);
  const seeds = createRandom(set.seed);
  return Array.from({ length: NETWORKS }, (_, network) => {
    const rows = [...folds.keys()].filter((row) => !leavesOut(network, folds[row] as number));
    return trainNetwork(tf, set, rows, Math.floor(seeds.uniform() * 0x1_0000_0000), tuning);
  });
}
