// Measures one ask over a fixed list of candidates in six dimensions, in a fresh process: the CPU time of opening the study, of
// the first ask and of a later one, and how far the memory rises. Run: node test/bench/ask-list.ts [candidates] [trials ...]
import { fork } from "node:child_process";
import { once } from "node:events";
import { Study } from "@labloop/contracts";
import { createStudy } from "@labloop/optimizer";
import { askDesign, askStudy, askTrials } from "./ask-study.ts";
import { tell } from "./figure.ts";

const MEASURED = "measured";
const [first, ...others] = process.argv.slice(2);
const measured = first === MEASURED;
const count = Number((measured ? others[0] : first) ?? 100_000);

interface Costs {
  readonly openMs: number;
  readonly firstMs: number;
  readonly laterMs: number;
  /** The same without a list, over about 1,700 designs drawn. */
  readonly drawnMs: number;
  readonly beforeMb: number;
  readonly peakMb: number;
}

function cpuMs(step: () => void): number {
  const before = process.cpuUsage();
  step();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const peakMb = () => process.resourceUsage().maxRSS / 1024;

function measure(trials: number): Costs {
  const candidates = Array.from({ length: count }, (_, i) => askDesign(i));
  const study = Study.parse({ ...askStudy, candidates });
  const history = askTrials(trials, 37);
  const drawn = createStudy(askStudy, { seed: 1 });
  drawn.tell(...history);
  drawn.propose();
  const drawnMs = cpuMs(() => drawn.propose());
  const beforeMb = peakMb();
  let listed = drawn;
  const openMs = cpuMs(() => {
    listed = createStudy(study, { seed: 1 });
  });
  listed.tell(...history);
  const firstMs = cpuMs(() => listed.propose());
  const laterMs = cpuMs(() => listed.propose());
  return { openMs, firstMs, laterMs, drawnMs, beforeMb, peakMb: peakMb() };
}

if (measured) process.send?.(measure(Number(others[1])));
else {
  for (const trials of others.length === 0 ? [20, 100, 1000] : others.map(Number)) {
    const child = fork(import.meta.filename, [MEASURED, String(count), String(trials)]);
    const [costs] = (await once(child, "message")) as [Costs];
    tell({
      name: `ask from a list of ${count} after ${trials}`,
      figure: `${costs.laterMs.toFixed(0)} ms CPU, ${(costs.peakMb - costs.beforeMb).toFixed(0)} MB more`,
      ratio: `${(costs.laterMs / costs.drawnMs).toFixed(1)} x one without a list`,
      how: `d=6, one design, a second ask of one study in a fresh process; checking the list takes ${costs.openMs.toFixed(0)} ms once, the first ask ${costs.firstMs.toFixed(0)} ms; peak memory ${costs.peakMb.toFixed(0)} MB, of which the process held ${costs.beforeMb.toFixed(0)} MB before, the list among it`,
    });
  }
}
