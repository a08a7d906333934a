import { parentPort, workerData } from "node:worker_threads";
import { readMix } from "./mix.ts";
import { simulate } from "./simulate.ts";
import { count, emptyTally } from "./tally.ts";

/** Runs every so-manieth seed of a stretch, and says what they came to. */
const { from, to, by, mixFile } = workerData as { from: number; to: number; by: number; mixFile: string };
const mix = readMix(mixFile);
const tally = emptyTally();
for (let seed = from; seed <= to; seed += by) count(tally, seed, await simulate({ seed, mix }));
parentPort?.postMessage(tally);
