import { createRequire } from "node:module";
import type { TensorFlow } from "./tensorflow.ts";

/** A back end that may or may not be there. */
export interface BackEnd {
  readonly name: string;
  /** Returns TensorFlow.js with this back end active; rejects where it cannot be loaded. */
  readonly open: () => Promise<TensorFlow>;
}

const require = createRequire(import.meta.url);

type Factory = Parameters<TensorFlow["registerBackend"]>[1];

/**
 * The native library. Of tfjs-node only its back end and its kernels are loaded, over the core that the others use: its own entry
 * would bring the union package, and its installer to look for the library.
 */
const native: BackEnd = {
  name: "tensorflow",
  async open() {
    const tf = await openCore();
    // tfjs-node calls a function of node:util that Node 23 dropped, in some kernels only when they run.
    const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    // On one thread sums have one order, and the control loop keeps its core. The library is talkative otherwise.
    process.env["TF_NUM_INTRAOP_THREADS"] ??= "1";
    process.env["TF_NUM_INTEROP_THREADS"] ??= "1";
    process.env["TF_ENABLE_ONEDNN_OPTS"] ??= "0";
    process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
    const binding: unknown = require("@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node");
    const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node/dist/nodejs_kernel_backend") as {
      NodeJSKernelBackend: new (binding: unknown, packageName: string) => ReturnType<Factory>;
    };
    require("@tensorflow/tfjs-node/dist/register_all_kernels");
    tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node"));
    return activate(tf, "tensorflow");
  },
};

const wasm: BackEnd = {
  name: "wasm",
  async open() {
    const tf = await openCore();
    await import("@tensorflow/tfjs-backend-wasm");
    return activate(tf, "wasm");
  },
};

const cpu: BackEnd = {
  name: "cpu",
  async open() {
    const tf = await openCore();
    await import("@tensorflow/tfjs-backend-cpu");
    return activate(tf, "cpu");
  },
};

/** Back ends in the order of preference: the native library, SIMD wasm, plain JavaScript. */
export const backEnds: readonly BackEnd[] = [native, wasm, cpu];

/** Production mode keeps it from advertising on the console and from looking for NaN after each operation. */
async function openCore(): Promise<TensorFlow> {
  const tf = await import("@tensorflow/tfjs-core");
  tf.enableProdMode();
  return tf;
}

async function activate(tf: TensorFlow, name: string): Promise<TensorFlow> {
  if (await tf.setBackend(name)) return tf;
  throw new Error(`TensorFlow.js could not start its back end "${name}"`);
}
