// Plays campaigns of labloop, random search and, where it is installed, BoTorch on synthetic problems with known optima, all from
// the same random starts, and tells what is lacking to the optimum at the end, as decadic logarithms.
// Run: node test/bench/synthetic.ts [--seeds 30] [--first 1] [--budget 40] [--problems a,b] [--methods labloop,random,botorch] [--json]
import { parseArgs } from "node:util";
import { compareAreas, quantile } from "@labloop/optimizer/benchmark";
import { openCubePeer } from "./peers/open-cube-peer.ts";
import { whyNoPeers } from "./peers/peer-python.ts";
import { lackingOf } from "./synthetic/lacking.ts";
import { botorchChooser, type Chooser, type Experiment, labloopChooser, randomChooser } from "./synthetic/methods.ts";
import type { Problem } from "./synthetic/problem.ts";
import { problems } from "./synthetic/problems.ts";

const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "30" },
    first: { type: "string", default: "1" },
    budget: { type: "string", default: "40" },
    problems: { type: "string", default: problems.map(({ name }) => name).join() },
    methods: { type: "string", default: "labloop,random,botorch" },
    json: { type: "boolean", default: false },
  },
});
const seeds = Number(flags.seeds);
const first = Number(flags.first);
const budget = Number(flags.budget);
/** What is lacking less than this counts as this: the optima are known to about as many digits. */
const LEAST = 1e-5;
/** Worse by less than this many decades counts as equal. */
const MARGIN = 0.1;

interface Line {
  readonly problem: string;
  readonly method: string;
  /** Decadic logarithm of what is lacking at the end: median and quartiles over seeds; null where nothing feasible was found. */
  readonly lacking: readonly (number | null)[];
  /** Share of campaigns that found something feasible. */
  readonly feasible: number;
  /** labloop's logarithm less this method's, on average over seeds, with 95 %; below 0 labloop is better. */
  readonly difference: readonly number[] | null;
  /** The logarithm of every campaign, seed by seed; null where nothing feasible was found. */
  readonly played: readonly (number | null)[];
}

async function play(problem: Problem, chooser: Chooser, seed: number): Promise<number> {
  const starts = problem.study.parameters.length + 1;
  const made: Experiment[] = [];
  while (made.length < budget) {
    const design = await (made.length < starts ? randomChooser : chooser)(problem, seed, made);
    made.push({ design, values: problem.evaluate(design) });
  }
  const lacking = lackingOf(
    problem,
    made.map(({ values }) => values),
  );
  return Math.log10(Math.max(LEAST, lacking.at(-1) as number));
}

function linesOf(problem: Problem, played: ReadonlyMap<string, readonly number[]>): Line[] {
  // Nothing feasible counts as the worst that any campaign came to.
  const worst = Math.max(0, ...[...played.values()].flat().filter(Number.isFinite));
  const counted = (all: readonly number[]) => all.map((value) => Math.min(value, worst));
  const ours = played.get("labloop");
  return [...played].map(([method, all]) => ({
    problem: problem.name,
    method,
    lacking: [0.5, 0.25, 0.75].map((share) => finite(quantile(all, share))),
    feasible: all.filter(Number.isFinite).length / all.length,
    difference: ours === undefined || method === "labloop" ? null : differenceOf(counted(ours), counted(all)),
    played: all.map(finite),
  }));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function differenceOf(ours: readonly number[], other: readonly number[]): number[] {
  const one = ours.map(() => 1);
  const { difference, low, high } = compareAreas(ours, other, one, MARGIN);
  return [difference, low, high];
}

function textOf({ problem, method, lacking: [median, low, high], feasible, difference }: Line): string {
  const number = (value: number | null | undefined) => (value === null || value === undefined ? "-" : value.toFixed(2));
  const range = `${number(median)} (${number(low)} to ${number(high)})`;
  const compared =
    difference === null
      ? ""
      : `labloop ${number(difference[0])} (${number(difference[1])} to ${number(difference[2])})`;
  const share = feasible < 1 ? `  feasible in ${Math.round(100 * feasible)} %` : "";
  return `${problem.padEnd(18)}${method.padEnd(10)}${range.padEnd(28)}${compared}${share}`;
}

const why = whyNoPeers();
const wanted = flags.methods.split(",").filter((name) => name !== "botorch" || why === null);
if (why !== null && flags.methods.includes("botorch")) console.error(why);
const peer = wanted.includes("botorch") ? openCubePeer() : null;
const choosers: Readonly<Record<string, Chooser | null>> = {
  labloop: labloopChooser(budget),
  random: randomChooser,
  botorch: peer === null ? null : botorchChooser(peer),
};
const lines: Line[] = [];
if (!flags.json) {
  console.log(
    `log10 of what is lacking after ${budget} experiments, median and quartiles of ${seeds} seeds; labloop less the other`,
  );
}
for (const name of flags.problems.split(",")) {
  const problem = problems.find((one) => one.name === name);
  if (problem === undefined) throw new Error(`no problem is called ${name}`);
  const played = new Map<string, number[]>();
  for (const method of wanted) {
    const chooser = choosers[method];
    if (chooser === null || chooser === undefined) continue;
    const all: number[] = [];
    for (let seed = first; seed < first + seeds; seed++) all.push(await play(problem, chooser, seed));
    played.set(method, all);
  }
  const fresh = linesOf(problem, played);
  lines.push(...fresh);
  if (!flags.json) for (const line of fresh) console.log(textOf(line));
}
await peer?.close();
if (flags.json) console.log(JSON.stringify({ seeds, first, budget, lines }));
