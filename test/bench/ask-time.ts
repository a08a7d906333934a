// Measures the CPU time of one ask with n trials in six dimensions, for one design and for a batch, in a process that has asked
// before, and the first ask of a process; with --peer beside BoTorch with the settings of Ax, as often asked before, on the same
// trials in the same run (`npm run -s bench:peers` installs it).
// Run: node test/bench/ask-time.ts [rounds] [--peer] [--sizes 20,50] [--counts 1,4]
import { parseArgs } from "node:util";
import { createStudy } from "@labloop/optimizer";
import { askRow, askStudy, askTrials, askValue } from "./ask-study.ts";
import { tell } from "./figure.ts";
import { type CubePeer, openCubePeer } from "./peers/open-cube-peer.ts";
import { whyNoPeers } from "./peers/peer-python.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: "boolean", default: false },
    sizes: { type: "string" },
    counts: { type: "string", default: "1,4,8" },
  },
});
const numbers = (list: string) => list.split(",").map(Number);
const rounds = Number(positionals[0] ?? 5);
// After so many asks both have loaded and compiled what they use: a process that runs a campaign is in that state for nearly all of it.
const WARM_UP = 20;
const sizes = numbers(flags.sizes ?? (flags.peer ? "20,50,100,200,500" : "20,50,100,200,500,1000"));
const counts = numbers(flags.counts);

function askCpuMs(measured: number, count: number, round: number): number {
  const asked = createStudy(askStudy, { seed: round });
  asked.tell(...askTrials(measured));
  const before = process.cpuUsage();
  asked.ask(count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianCpuMs(measured: number, count: number): number {
  const taken = Array.from({ length: rounds }, (_, round) => askCpuMs(measured, count, round)).sort((x, y) => x - y);
  return taken[Math.floor(rounds / 2)] as number;
}

function tellOwn(): void {
  const lines = sizes.map((measured) => {
    const taken = counts.map((count) => medianCpuMs(measured, count).toFixed(0));
    return { measured, first: taken[0] ?? "", text: `n=${measured}: ${taken.join(" / ")}` };
  });
  const told = lines.find(({ measured }) => measured === 100) ?? lines[0];
  tell({
    name: `ask, d=6, ${counts.join(" / ")} designs`,
    figure: `${lines.map(({ text }) => text).join(", ")} ms CPU`,
    ratio: `${counts[0]} at n=${told?.measured} takes ${told?.first} ms`,
    how: `Median of ${rounds} after ${WARM_UP} others: five Gaussian processes, about a thousand candidates spread over the cube, and up to 432 beside the best.`,
  });
}

async function peerCpuMs(peer: CubePeer, measured: number, count: number): Promise<number> {
  const trials = Array.from({ length: measured }, (_, i) => i);
  const outcomes = trials.map((i) => [askValue(i)]);
  const answer = await peer.ask({ rows: trials.map(askRow), outcomes, reference: [null], count, seed: 1 });
  return 1000 * answer.cpuSeconds;
}

async function tellBesidePeer(): Promise<void> {
  const peer = openCubePeer();
  for (let round = 0; round < WARM_UP; round++) await peerCpuMs(peer, 8, 1);
  const found: { measured: number; ratio: number; text: string }[] = [];
  for (const measured of sizes) {
    for (const count of counts) {
      const own = medianCpuMs(measured, count);
      const theirs = await peerCpuMs(peer, measured, count);
      const ratio = theirs / own;
      const text = `n=${measured} q=${count}: ${own.toFixed(0)} v ${theirs.toFixed(0)} (${ratio.toFixed(0)} x)`;
      console.error(text);
      found.push({ measured, ratio, text });
    }
  }
  await peer.close();
  const least = (some: typeof found) => Math.min(...some.map(({ ratio }) => ratio)).toFixed(0);
  const small = found.filter(({ measured }) => measured <= 200);
  const large = found.filter(({ measured }) => measured > 200);
  tell({
    name: "ask, d=6, labloop v BoTorch",
    figure: `${found.map(({ text }) => text).join(", ")}, in ms CPU`,
    ratio: `at least ${least(small)} x to n=200${large.length > 0 ? `, ${least(large)} x above` : ""}`,
    how: `Both after ${WARM_UP} other asks. labloop: median of ${rounds}. BoTorch: one ask each, fit included; 20 restarts, 1024 raw samples, 512 draws, one thread.`,
  });
}

const first = askCpuMs(20, 1, 99);
for (let round = 0; round < WARM_UP; round++) askCpuMs(50, 1, 100 + round);
const later = medianCpuMs(20, 1);
tell({
  name: "first ask of a process, d=6",
  figure: `n=20: ${first.toFixed(0)} ms CPU`,
  ratio: `${(first / later).toFixed(1)} x one after ${WARM_UP} others`,
  how: "Compiling what an ask uses is most of it, as it is of the few that follow.",
});
if (flags.peer) {
  const why = whyNoPeers();
  if (why !== null) throw new Error(why);
  await tellBesidePeer();
} else {
  tellOwn();
}
