import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { readMix } from "./mix.ts";
import { simulate } from "./simulate.ts";
import { emptySweep, mergeSweep, type Sweep, sweptKinds } from "./sweep.ts";
import { emptyTally, merge, type Tally } from "./tally.ts";
import type { Share } from "./worker.ts";

// With the number of a mutant in LABLOOP_MUTANT, and `node --import ./test/fault/mutate.ts`, a rule is taken out first.
// `npm run test:fault -- --seeds 100000 --from 1 --mix FILE` runs many; `-- --seed N --trace` replays one and tells all;
// `-- --sweep` lets every single fault strike at every point of a short campaign that goes well.

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    mix: { type: "string", default: fileURLToPath(new URL("mixes/standard.json", import.meta.url)) },
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    sweep: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});
const print = (line: string) => void process.stdout.write(`${line}\n`);

type Work<S> = S extends Share ? Omit<S, "part" | "of"> : never;

/** Returns what each worker has answered about its share of the work. */
function shareOut<T>(work: Work<Share>): Promise<T[]> {
  const of = Number(values.workers);
  const parts = Array.from({ length: of }, (_, part) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { ...work, part, of } });
    worker.on("message", resolve);
    worker.on("error", reject);
    return promise;
  });
  return Promise.all(parts);
}

async function runMany(): Promise<Tally> {
  const [seeds, from] = [Number(values.seeds), Number(values.from)];
  const total = emptyTally();
  const parts = await shareOut<Tally>({ kind: "seeds", from, to: from + seeds - 1, mixFile: values.mix });
  for (const part of parts) merge(total, part);
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

async function runOne(seed: number): Promise<void> {
  const result = await simulate({ seed, mix: readMix(values.mix), ...(values.trace ? { onTrace: print } : {}) });
  print(JSON.stringify(result, null, 2));
  process.exitCode = result.findings.length === 0 ? 0 : 1;
}

async function runSweep(): Promise<void> {
  const swept = emptySweep();
  for (const part of await shareOut<Sweep>({ kind: "sweep" })) mergeSweep(swept, part);
  if (values.json) print(JSON.stringify(swept));
  for (const kind of sweptKinds) {
    const { places, findings } = swept[kind];
    if (findings.length > 0) process.exitCode = 1;
    if (values.json) continue;
    print(`${kind}: ${places} places, ${findings.length} findings`);
    for (const finding of findings) print(`  ${finding}`);
  }
}

if (values.sweep) await runSweep();
else if (values.seed !== undefined) await runOne(Number(values.seed));
else {
  const tally = await runMany();
  if (values.json) print(JSON.stringify(tally));
  else {
    const { failures, injected, ...counts } = tally;
    const perThousand = (tally.doubts / Math.max(1, tally.steps)) * 1_000;
    print(JSON.stringify({ ...counts, doubtsPer1000Steps: Math.round(perThousand * 10) / 10, injected }, null, 2));
    for (const { seed, findings } of failures) {
      print(`seed ${seed}: ${findings.join("; ")}`);
      print(`  npm run test:fault -- --seed ${seed} --trace --mix ${values.mix}`);
    }
  }
  process.exitCode = tally.failures.length === 0 ? 0 : 1;
}
