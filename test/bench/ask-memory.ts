// Measures how far one ask for eight designs with n trials in six dimensions raises the memory of a process that has done nothing
// else, and how far nine more do. Run: node test/bench/ask-memory.ts [n]
import { fork } from "node:child_process";
import { once } from "node:events";
import { createStudy } from "@labloop/optimizer";
import { askStudy, askTrials } from "./ask-study.ts";
import { tell } from "./figure.ts";

const trials = Number(process.argv[2] ?? 1000);
const MEASURED = "measured";

/** Peaks of the resident memory of this process, in MB. */
interface Peaks {
  readonly before: number;
  readonly first: number;
  readonly tenth: number;
}

const peakMb = () => process.resourceUsage().maxRSS / 1024;

function measure(): Peaks {
  const study = createStudy(askStudy, { seed: 1 });
  study.tell(...askTrials(trials));
  const before = peakMb();
  study.propose(8);
  const first = peakMb();
  for (let round = 0; round < 9; round++) study.propose(8);
  return { before, first, tenth: peakMb() };
}

if (process.argv[3] === MEASURED) process.send?.(measure());
else {
  const child = fork(import.meta.filename, [String(trials), MEASURED]);
  const [peaks] = (await once(child, "message")) as [Peaks];
  const covarianceMb = (trials * trials * 8) / 1024 / 1024;
  tell({
    name: `memory of an ask after ${trials}`,
    figure: `${(peaks.first - peaks.before).toFixed(0)} MB more, ${peaks.first.toFixed(0)} MB in all`,
    ratio: `${((peaks.first - peaks.before) / covarianceMb).toFixed(1)} x one covariance`,
    how: `peak resident memory of a fresh process with d=6 and 8 designs; ${peaks.before.toFixed(0)} MB of it are Node and the modules, and ten asks in a row peak at ${peaks.tenth.toFixed(0)} MB`,
  });
}
