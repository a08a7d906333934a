import type { Evidence } from "../../src/model/evidence.ts";
import type { NeuralEnsemble } from "../../src/neural/ensemble.ts";
import { backEnds } from "../../src/neural/tensorflow/back-ends.ts";
import type { TensorFlow } from "../../src/neural/tensorflow/tensorflow.ts";
import { trainEnsemble } from "../../src/neural/tensorflow/train-ensemble.ts";
import { TRAINING, type TrainingTuning } from "../../src/neural/tensorflow/train-network.ts";
import { learnedReadings, trainingSet } from "../../src/neural/training-set.ts";

/** Returns TensorFlow.js on the back end of a name. */
export function openBackEnd(name: string): Promise<TensorFlow> {
  const found = backEnds.find((backEnd) => backEnd.name === name);
  if (found === undefined) throw new Error(`there is no back end ${name}`);
  return found.open();
}

/** Returns the ensemble that learns some evidence, in this thread. */
export function trainOn(
  tf: TensorFlow,
  evidence: Evidence,
  seed: number,
  tuning: Partial<TrainingTuning> = {},
): NeuralEnsemble {
  const learned = learnedReadings(evidence);
  const networks = trainEnsemble(tf, trainingSet(learned, seed), { ...TRAINING, ...tuning });
  return { networks, seed, readings: learned.digest };
}
