// Measures how far one ask with n trials in six dimensions raises the memory of a process that has done nothing else, and how far nine
// more do: for eight designs in the process itself, and for one in the thread that campaigns ask in. Run: node test/bench/ask-memory.ts [n]
import { fork } from "node:child_process";
import { once } from "node:events";
import { createStudy } from "@labloop/optimizer";
import { openProposer } from "@labloop/optimizer/worker";
import { askStudy, askTrials } from "./ask-study.ts";
import { tell } from "./figure.ts";

const trials = Number(process.argv[2] ?? 1000);
const places = ["here", "thread"] as const;
type Place = (typeof places)[number];

/** Peaks of the resident memory of this process, in MB. */
interface Peaks {
  readonly before: number;
  readonly first: number;
  readonly tenth: number;
}

const peakMb = () => process.resourceUsage().maxRSS / 1024;

async function measure(place: Place): Promise<Peaks> {
  const study = createStudy(askStudy, { seed: 1 });
  study.tell(...askTrials(trials));
  const proposer = openProposer();
  const request = { study: askStudy, trials: askTrials(trials), pending: [], seed: 1 };
  const ask = () => (place === "here" ? study.propose(8) : proposer.propose(request));
  const before = peakMb();
  await ask();
  const first = peakMb();
  for (let round = 0; round < 9; round++) await ask();
  const tenth = peakMb();
  await proposer.close();
  return { before, first, tenth };
}

async function peaksOf(place: Place): Promise<Peaks> {
  const child = fork(import.meta.filename, [String(trials), place]);
  const [peaks] = (await once(child, "message")) as [Peaks];
  return peaks;
}

const asked = places.find((place) => place === process.argv[3]);
if (asked !== undefined) process.send?.(await measure(asked));
else {
  const [peaks, thread] = [await peaksOf("here"), await peaksOf("thread")];
  const covarianceMb = (trials * trials * 8) / 1024 / 1024;
  tell({
    name: `memory of an ask after ${trials}`,
    figure: `${(peaks.first - peaks.before).toFixed(0)} MB more, ${peaks.first.toFixed(0)} MB in all`,
    ratio: `${((peaks.first - peaks.before) / covarianceMb).toFixed(1)} x one covariance`,
    how: `peak resident memory of a fresh process with d=6 and 8 designs; ${peaks.before.toFixed(0)} MB of it are Node and the modules, and ten asks in a row peak at ${peaks.tenth.toFixed(0)} MB; in the thread of campaigns, one design each, one peaks at ${thread.first.toFixed(0)} MB and ten at ${thread.tenth.toFixed(0)} MB`,
  });
}
