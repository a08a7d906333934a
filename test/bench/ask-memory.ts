// Measures how far one ask with n trials in six dimensions raises the memory of a process that has done nothing else, and what thirty in
// a row end with: for eight designs and for one in the process itself, and for one in the thread that campaigns ask in. As under the command
// labloop sources were compiled by an earlier process; to compile them takes 25 MB more. Run: node test/bench/ask-memory.ts [n]
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createStudy } from "@labloop/optimizer";
import { openProposer } from "@labloop/optimizer/worker";
import { askStudy, askTrials } from "./ask-study.ts";
import { tell } from "./figure.ts";

const trials = Number(process.argv[2] ?? 1000);
const ASKS = 30;
const WAYS = {
  eight: "eight designs an ask, in the process itself",
  one: "one design an ask, in the process itself",
  thread: "one design an ask, in the thread of campaigns",
} as const;
type Way = keyof typeof WAYS;
const ways = Object.keys(WAYS) as Way[];

/** Peaks of the resident memory of this process, in MB: before the first ask, and after each. */
interface Peaks {
  readonly before: number;
  readonly after: readonly number[];
}

const compiled = fileURLToPath(new URL("../../node_modules/.cache/bench-compiled", import.meta.url));

const peakMb = () => process.resourceUsage().maxRSS / 1024;

async function measure(way: Way): Promise<Peaks> {
  const study = createStudy(askStudy, { seed: 1 });
  study.tell(...askTrials(trials));
  const proposer = openProposer();
  const request = { study: askStudy, trials: askTrials(trials), pending: [], seed: 1 };
  const ask = () => (way === "thread" ? proposer.propose(request) : study.propose(way === "eight" ? 8 : 1));
  const before = peakMb();
  const after: number[] = [];
  for (let round = 0; round < ASKS; round++) {
    await ask();
    after.push(peakMb());
  }
  await proposer.close();
  return { before, after };
}

async function peaksOf(way: Way): Promise<Peaks> {
  const child = fork(import.meta.filename, [String(trials), way], {
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const [peaks] = (await once(child, "message")) as [Peaks];
  return peaks;
}

const asked = ways.find((way) => way === process.argv[3]);
if (asked !== undefined) process.send?.(await measure(asked));
else {
  for (const way of ways) await peaksOf(way);
  const covarianceMb = (trials * trials * 8) / 1024 / 1024;
  for (const way of ways) {
    const { before, after } = await peaksOf(way);
    const peak = (count: number) => (after[count - 1] as number).toFixed(0);
    const more = (after[0] as number) - before;
    tell({
      name: `memory of asks after ${trials}, ${WAYS[way]}`,
      figure: `${more.toFixed(0)} MB more for the first, ${peak(1)} MB in all; ${peak(10)} MB after ten, ${peak(ASKS)} MB after ${ASKS}`,
      ratio: `the first ${(more / covarianceMb).toFixed(1)} x one covariance`,
      how: `peak resident memory of a fresh process with d=6; ${before.toFixed(0)} MB of it are Node and the modules`,
    });
  }
}
