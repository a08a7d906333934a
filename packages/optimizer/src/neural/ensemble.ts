/** A network with two outputs, a mean and what a variance is made of, behind hidden layers of hyperbolic tangents. */
export interface NeuralNetwork {
  /** How many inputs, nodes of each hidden layer, and outputs there are. */
  readonly sizes: readonly number[];
  /** Layer by layer: weights, row-major inputs × outputs, then biases. */
  readonly weights: readonly Float32Array[];
}

/** What networks learn from: one row a distinct design. */
export interface TrainingSet {
  readonly count: number;
  readonly dimensions: number;
  /** Row-major `count × dimensions`. */
  readonly inputs: Float64Array;
  /** Standardised mean readings, one a row. */
  readonly targets: Float64Array;
  /** An unsigned 32-bit integer: first weights, folds and batches follow from it. */
  readonly seed: number;
}

/** Networks trained on the readings of one objective. */
export interface NeuralEnsemble {
  readonly networks: readonly NeuralNetwork[];
  /** The seed that they were trained with. */
  readonly seed: number;
  /** SHA-256 of the readings that they were trained on. */
  readonly readings: string;
}

/** Why a back end of TensorFlow.js was taken, or passed over. */
export interface BackEndTrial {
  readonly name: string;
  readonly taken: boolean;
  readonly reason: string;
}

/** What came of training networks for a study. */
export interface NeuralLearning {
  /** Back ends in the order in which they were tried; empty where there was nothing to train. */
  readonly tried: readonly BackEndTrial[];
  /** In a sentence: what was trained, or why nothing was. */
  readonly reason: string;
  /** One per objective, null where too few designs were read of it or training failed; empty where there is none. */
  readonly ensembles: readonly (NeuralEnsemble | null)[];
}
