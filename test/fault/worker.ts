import { parentPort, workerData } from "node:worker_threads";
import { readMix } from "./mix.ts";
import { simulate } from "./simulate.ts";
import { type Sweep, sweep } from "./sweep.ts";
import { count, emptyTally, type Tally } from "./tally.ts";

/** One share of the work: every so-manieth seed of a stretch, or every so-manieth place of the sweep. */
export type Share = { readonly part: number; readonly of: number } & (
  | { readonly kind: "seeds"; readonly from: number; readonly to: number; readonly mixFile: string }
  | { readonly kind: "sweep" }
);

async function tallyOf(from: number, to: number, by: number, mixFile: string): Promise<Tally> {
  const mix = readMix(mixFile);
  const tally = emptyTally();
  for (let seed = from; seed <= to; seed += by) count(tally, seed, await simulate({ seed, mix }));
  return tally;
}

const share = workerData as Share;
const { part, of } = share;
const answer: Tally | Sweep =
  share.kind === "sweep" ? await sweep(part, of) : await tallyOf(share.from + part, share.to, of, share.mixFile);
parentPort?.postMessage(answer);
