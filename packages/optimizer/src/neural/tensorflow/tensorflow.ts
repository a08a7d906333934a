import type * as tfjs from "@tensorflow/tfjs-core";

/** TensorFlow.js with its active back end. */
export type TensorFlow = typeof tfjs;
