// Measures how late the event loop of a thread turns while the optimizer's worker proposes for it, of a list and of a free space, against
// such a proposal made on the thread itself and against an idle one. Run: node test/bench/caller-delay.ts [trials] [proposals]
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import { openProposer } from "@labloop/optimizer/worker";
import { askDesign, askStudy, askTrials } from "./ask-study.ts";
import { tell } from "./figure.ts";

const trials = Number(process.argv[2] ?? 1000);
const proposals = Number(process.argv[3] ?? 10);

/** Which of a list of candidates is next. */
function ofList(seed: number): DesignRequest {
  const candidates = Array.from({ length: trials + 1000 }, (_, i) => askDesign(i));
  return { ...ofSpace(seed), study: { ...askStudy, candidates } };
}

/** Which design of a free space is next. */
function ofSpace(seed: number): DesignRequest {
  return { study: askStudy, trials: askTrials(trials), pending: [], seed };
}

/** The 99th percentile and the maximum of the delay of the event loop, in ms, while something runs. */
async function delays(run: () => Promise<unknown>): Promise<{ p99: number; max: number }> {
  const watch = monitorEventLoopDelay({ resolution: 1 });
  watch.enable();
  await run();
  watch.disable();
  return { p99: watch.percentile(99) / 1e6, max: watch.max / 1e6 };
}

async function tellDelays(kind: string, ask: (seed: number) => DesignRequest): Promise<void> {
  const proposer = openProposer();
  // The worker starts and compiles with the first request, which is made when a campaign starts.
  const started = performance.now();
  await proposer.propose(ask(0));
  const tookMs = performance.now() - started;
  const worker = await delays(async () => {
    for (let seed = 1; seed <= proposals; seed++) await proposer.propose(ask(seed));
  });
  await proposer.close();
  const idle = await delays(() => setTimeout(1000));
  const inline = await delays(async () => {
    // What blocks before the watch has ticked once is not seen.
    await setTimeout(20);
    proposeDesign(ask(1));
    await setTimeout(20);
  });
  tell({
    name: `event loop of the caller, asking ${kind} after ${trials}`,
    figure: `p99 ${worker.p99.toFixed(1)} ms, at most ${worker.max.toFixed(0)} ms`,
    ratio: `idle ${idle.p99.toFixed(1)} ms; on the thread itself at most ${inline.max.toFixed(0)} ms`,
    how: `Delay of a 1 ms timer during ${proposals} proposals of one worker, d=6; the requests are built and posted by the caller; the very first took ${tookMs.toFixed(0)} ms.`,
  });
}

await tellDelays(`of ${trials + 1000} candidates`, ofList);
await tellDelays("of a free space", ofSpace);
