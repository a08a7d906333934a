import type { BackEndTrial, NeuralNetwork, TrainingSet } from "./ensemble.ts";

/** What the worker is started with. */
export interface TrainingCall {
  readonly sets: readonly TrainingSet[];
}

/** What it posts back, once: the networks of each set, none where no back end works. */
export interface TrainingReply {
  readonly tried: readonly BackEndTrial[];
  readonly networks: readonly (readonly NeuralNetwork[])[];
}
