// Measures the CPU time of the optimizer's numeric kernel: wasm, the plain twin, and loops as a textbook writes them, in turn
// in one run. Run: node test/bench/numeric-kernel.ts [batches] [n ...]
import { openKernel } from "../../packages/optimizer/src/kernel/open-kernel.ts";
import { openPortable } from "../../packages/optimizer/src/kernel/open-portable.ts";
import { openWasm } from "../../packages/optimizer/src/kernel/open-wasm.ts";
import type { Kernel, KernelData, Theta } from "../../packages/optimizer/src/kernel/kernel-types.ts";
import { tell } from "./figure.ts";
import { inverter } from "./inverter.ts";
import { naiveInverse, naiveLikelihood, naivePredict } from "./naive-process.ts";

const batches = Number(process.argv[2] ?? 7);
const sizes = process.argv.slice(3).map(Number);
const f = 6;
const theta: Theta = { lengthscales: [0.4, 0.6, 0.8, 1, 1.2, 1.4], noise: 0.01 };
/** Beyond this, one round of the loops takes seconds. */
const largestNaive = 500;

function dataOf(n: number): KernelData {
  // Weyl's sequence: spread evenly, and the same in every run.
  const features = Float64Array.from(
    { length: n * f },
    (_, i) => (Math.floor(i / f) * Math.sqrt([2, 3, 5, 7, 11, 13][i % f]!)) % 1,
  );
  return {
    features,
    groups: Int32Array.from({ length: f }, (_, m) => m),
    values: Float64Array.from({ length: n }, (_, i) => Math.sin(5 * features[i * f]!) * features[i * f + 1]!),
    noiseWeights: new Float64Array(n).fill(1),
    knownVariances: new Float64Array(n),
    family: "matern-5/2",
  };
}

/** One figure: the same work three ways. */
interface Contest {
  readonly name: string;
  readonly wasm: () => void;
  readonly portable: () => void;
  readonly naive: (() => void) | null;
}

function opened(backEnd: "wasm" | "portable", data: KernelData): Kernel {
  const kernel = openKernel({ backEnd });
  kernel.load(data);
  kernel.factor(theta);
  return kernel;
}

function contests(n: number): readonly Contest[] {
  const data = dataOf(n);
  const [wasm, portable] = [opened("wasm", data), opened("portable", data)];
  // Whoever works out a likelihood keeps no factor.
  const [foretelling, plainly] = [opened("wasm", data), opened("portable", data)];
  const places = dataOf(512 + n).features.subarray(n * f);
  const [means, variances] = [new Float64Array(512), new Float64Array(512)];
  const naive = n <= largestNaive;
  return [
    {
      name: "factor and inverse",
      wasm: inverter(openWasm(), n),
      portable: inverter(openPortable(), n),
      naive: naive ? () => naiveInverse(n) : null,
    },
    {
      name: "likelihood and slopes",
      wasm: () => void wasm.evaluate(theta, { slopes: true }),
      portable: () => void portable.evaluate(theta, { slopes: true }),
      naive: naive ? () => naiveLikelihood(data, theta) : null,
    },
    {
      name: "predict 512 places",
      wasm: () => foretelling.predict(places, means, variances),
      portable: () => plainly.predict(places, means, variances),
      naive: naive ? () => naivePredict(data, theta, places) : null,
    },
  ];
}

/** CPU time of one round in ms, over as many rounds as fill 10 ms. */
function cpuMs(round: () => void): number {
  let spent = 0;
  let rounds = 0;
  const before = process.cpuUsage();
  while (spent < 10) {
    round();
    rounds++;
    const { user, system } = process.cpuUsage(before);
    spent = (user + system) / 1_000;
  }
  return spent / rounds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

for (const n of sizes.length === 0 ? [50, 100, 200, 500, 1000] : sizes) {
  for (const { name, wasm, portable, naive } of contests(n)) {
    for (const round of [wasm, portable, naive])
      for (let i = 0; i < 3; i++) if (round !== null && n < 500) cpuMs(round);
    const rounds = Array.from({ length: n > 500 ? 3 : batches }, () => ({
      wasm: cpuMs(wasm),
      portable: cpuMs(portable),
      naive: naive === null ? Number.NaN : cpuMs(naive),
    }));
    const ratio = (other: "portable" | "naive") => median(rounds.map((one) => one[other] / one.wasm)).toFixed(1);
    tell({
      name: `${name}, n = ${n}`,
      figure: `${Number(median(rounds.map((one) => one.wasm)).toPrecision(2))} ms CPU`,
      ratio: `plain TypeScript ${ratio("portable")} x${naive === null ? "" : `, textbook loops ${ratio("naive")} x`}`,
      how: `Matérn-5/2, ${f} features; median of ${rounds.length} batches taken in turn with the others of at least 10 ms each`,
    });
  }
}
