import { expect, test } from "vitest";
import { type BackEnd, backEnds } from "../../src/neural/tensorflow/back-ends.ts";
import { chooseBackEnd } from "../../src/neural/tensorflow/choose-back-end.ts";
import { selfTest } from "../../src/neural/tensorflow/self-test.ts";
import { openBackEnd } from "../support/train-on.ts";

/** A real back end whose kernel of one name is another one: what a build of TensorFlow.js that is broken looks like. */
function brokenBackEnd(name: string, kernel: string, compute: (() => never) | null): BackEnd {
  return {
    name,
    async open() {
      const tf = await openBackEnd("cpu");
      tf.registerBackend(name, () => tf.findBackendFactory("cpu")());
      for (const own of tf.getKernelsForBackend("cpu")) {
        if (own.kernelName !== kernel) tf.registerKernel({ ...own, backendName: name });
        else if (compute !== null) tf.registerKernel({ kernelName: kernel, backendName: name, kernelFunc: compute });
        else {
          tf.registerKernel({
            ...own,
            backendName: name,
            // Half of what it should be, for matrices with more than one row.
            kernelFunc: (given) => {
              const found = own.kernelFunc(given);
              const [info] = Array.isArray(found) ? found : [found];
              if (info === undefined) throw new Error("no result");
              const data = tf.engine().backend.readSync(info.dataId) as Float32Array;
              data.forEach((value, i) => {
                data[i] = value / 2;
              });
              return found;
            },
          });
        }
      }
      await tf.setBackend(name);
      return tf;
    },
  };
}

const absent: BackEnd = {
  name: "absent",
  open: () => Promise.reject(new Error("Cannot find module '/home/someone/lab/binding.node'\nRequire stack:\n- /home")),
};

test("the native library is preferred to wasm, and wasm to plain JavaScript", () => {
  expect(backEnds.map(({ name }) => name)).toEqual(["tensorflow", "wasm", "cpu"]);
});

test.each(["wasm", "cpu"])("the back end %s passes the self-test", async (name) => {
  expect(selfTest(await openBackEnd(name))).toBeNull();
});

test("a back end that does not load, or computes wrong, or throws, is passed over with its reason, and the next one is taken", async () => {
  const wasm = backEnds.filter(({ name }) => name === "wasm");
  const wrong = brokenBackEnd("wrong", "BatchMatMul", null);
  const wrongSlope = brokenBackEnd("wrong-slope", "Square", null);
  const throwing = brokenBackEnd("throwing", "Tanh", () => {
    throw new Error("util.isNullOrUndefined is not a function");
  });
  const { tf, tried } = await chooseBackEnd([absent, wrong, wrongSlope, throwing, ...wasm]);
  expect(tried).toEqual([
    { name: "absent", taken: false, reason: "it does not load: Cannot find module 'binding.node'" },
    { name: "wrong", taken: false, reason: "it fails the self-test: a product of matrices is wrong" },
    { name: "wrong-slope", taken: false, reason: "it fails the self-test: a gradient is wrong" },
    { name: "throwing", taken: false, reason: "it fails the self-test: util.isNullOrUndefined is not a function" },
    { name: "wasm", taken: true, reason: "it loads and passes the self-test" },
  ]);
  expect(tf?.getBackend()).toBe("wasm");
});

test("without a back end that works there is none", async () => {
  expect((await chooseBackEnd([absent])).tf).toBeNull();
});
