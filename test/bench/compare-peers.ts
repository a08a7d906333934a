// Plays campaigns of labloop, Sobol and the Python peers on shared pools, all on the same starts, and says on which pool labloop
// is not shown to be as good as which of them. What a method did of some seeds on a pool is kept in the folder and not played again,
// so that seeds and methods can be added; what one has and the other lacks is left out of their comparison. With --seeds 0 nothing is played.
// With --keep what peers did goes to peers/played.csv, which is read beside the folder: days of processor time outlast the machine.
// Run: node test/bench/compare-peers.ts FOLDER [--pools a,b] [--methods labloop,botorch-ax,…] [--seeds 8] [--first-seed 1] [--budget 60] [--batch 1] [--keep]
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BenchResult } from "@labloop/contracts";
import {
  type Comparison,
  compareAreas,
  fewestCampaigns,
  quantile,
  scoreOf,
  shownTogether,
} from "@labloop/optimizer/benchmark";
import { type KeptCampaign, keepCampaigns, keptCampaigns } from "./peers/kept-areas.ts";
import { peerPython, whyNoPeers } from "./peers/peer-python.ts";

const root = join(import.meta.dirname, "../..");
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pools: { type: "string", default: readdirSync(join(import.meta.dirname, "pools")).join() },
    methods: { type: "string", default: "labloop,sobol,botorch-ax,baybe-default,optuna-gp" },
    seeds: { type: "string", default: "8" },
    "first-seed": { type: "string", default: "1" },
    budget: { type: "string", default: "60" },
    batch: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
  },
});
const folder = positionals[0] ?? "out/peers";
const own = ["labloop", "sobol"];

/** Worse by less than this share of random search's regret counts as equal. */
const MARGIN = 0.05;

/** As near to each other as this share are areas of the same campaign. */
const SAME = 1e-9;

/** Regret areas by seed, and processor seconds of an ask in the middle; of random search over the same seeds. */
interface Played {
  readonly areas: ReadonlyMap<number, number>;
  readonly random: ReadonlyMap<number, number>;
  readonly seconds: number | null;
}

function commandOf(method: string): string {
  if (own.includes(method)) return method;
  const why = whyNoPeers();
  if (why !== null) throw new Error(why);
  return `peer:"${relative(root, peerPython)}" test/bench/peers/${method}.py`;
}

function play(pool: string, method: string): void {
  const first = Number(flags["first-seed"]);
  const wanted = Array.from({ length: Number(flags.seeds) }, (_, i) => first + i);
  if (wanted.every((seed) => keptOf(pool, method).some((own) => own.seed === seed))) return;
  const name = `seeds-${first}-${first + Number(flags.seeds) - 1}-budget-${flags.budget}-batch-${flags.batch}`;
  const out = join(folder, pool, method, name);
  if (Number(flags.seeds) === 0 || existsSync(join(out, "bench.json"))) return;
  mkdirSync(out, { recursive: true });
  const words = [
    "packages/cli/bin/labloop.mjs",
    "bench",
    `test/bench/pools/${pool}/pool.yaml`,
    `--out=${resolve(out)}`,
    `--seeds=${flags.seeds}`,
    `--first-seed=${first}`,
    `--budget=${flags.budget}`,
    `--batch=${flags.batch}`,
    "--threads=1",
    `--methods=${commandOf(method)}`,
  ];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`labloop bench ended with ${status} on ${pool}`);
}

/** What was kept of a method on a pool with these settings. */
function keptOf(pool: string, method: string): KeptCampaign[] {
  const [budget, batch] = [Number(flags.budget), Number(flags.batch)];
  return kept.filter(
    (own) => own.pool === pool && own.method === method && own.budget === budget && own.batch === batch,
  );
}

/** All that a method has played on a pool with these settings, now or before. */
function playedBy(pool: string, method: string): Played {
  const here = playedHere(pool, method);
  const before = keptOf(pool, method);
  const both = (of: (own: KeptCampaign) => number, own: ReadonlyMap<number, number>) =>
    new Map([...before.map((one): [number, number] => [one.seed, of(one)]), ...own]);
  return {
    areas: both(({ area }) => area, here.areas),
    random: both(({ random }) => random, here.random),
    seconds:
      here.seconds ??
      (before.length === 0
        ? null
        : quantile(
            before.map(({ seconds }) => seconds).sort((a, b) => a - b),
            0.5,
          )),
  };
}

/** What of it is in the folder. */
function playedHere(pool: string, method: string): Played {
  const pattern = join(folder, pool, method, `seeds-*-budget-${flags.budget}-batch-${flags.batch}`, "bench.json");
  const results = globSync(pattern).map((file) => BenchResult.parse(JSON.parse(readFileSync(file, "utf8"))));
  const bySeed = (isWanted: (name: string) => boolean) =>
    new Map(
      results.flatMap(({ settings, methods }) =>
        methods
          .filter(({ method: name }) => isWanted(name))
          .flatMap(({ areas }) => areas.map((area, i): [number, number] => [settings.firstSeed + i, area])),
      ),
    );
  const seconds = results.flatMap(({ timing }) =>
    timing.flatMap(({ method: name, median }) => (name === "random" || median === null ? [] : [median])),
  );
  return {
    areas: bySeed((name) => name !== "random"),
    random: bySeed((name) => name === "random"),
    seconds: seconds.length === 0 ? null : quantile(seconds, 0.5),
  };
}

/** The areas of two methods and of random search over the seeds that both have, rising; throws where they did not have the same starts. */
function paired(ours: Played, { areas: other, random }: Played): [number[], number[], number[]] {
  const seeds = [...ours.areas.keys()].filter((seed) => other.has(seed)).toSorted((a, b) => a - b);
  for (const seed of seeds) {
    const [here, there] = [ours.random.get(seed) as number, random.get(seed) as number];
    if (Math.abs(here - there) > SAME * Math.abs(here)) throw new Error(`campaigns with seed ${seed} had other starts`);
  }
  const of = (areas: ReadonlyMap<number, number>) => seeds.map((seed) => areas.get(seed) as number);
  return [of(ours.areas), of(other), of(ours.random)];
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(29))).join("");
}

const kept = keptCampaigns();
const pools = flags.pools.split(",");
const methods = flags.methods.split(",");
for (const pool of pools) {
  for (const method of methods) {
    console.error(`${pool}: ${method}`);
    play(pool, method);
  }
}
if (flags.keep) {
  const [budget, batch] = [Number(flags.budget), Number(flags.batch)];
  keepCampaigns(
    pools.flatMap((pool) =>
      methods.flatMap((method) => {
        const { areas, random, seconds } = playedHere(pool, method);
        return [...areas].map(([seed, area]) => {
          return { pool, method, budget, batch, seed, area, random: random.get(seed) as number, seconds: seconds ?? 0 };
        });
      }),
    ),
  );
}
const played = new Map(pools.map((pool) => [pool, methods.map((method) => playedBy(pool, method))] as const));
const scores = new Map<string, { pool: string; score: number }[]>(methods.map((method) => [method, []]));
console.log(line(["pool", ...methods]));
for (const [pool, results] of played) {
  const cells = results.map((result, i) => {
    const [areas, , random] = paired(result, result);
    const { value, low, high } = scoreOf(areas, random);
    scores.get(methods[i] as string)?.push({ pool, score: value });
    const seconds = result.seconds === null || result.seconds < 0.001 ? "" : ` ${result.seconds.toFixed(2)} s`;
    return `${value.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)}, ${areas.length})${seconds}`;
  });
  console.log(line([pool, ...cells]));
}

console.log(`\nMedian score over ${pools.length} pools (0 is an oracle, 1 is random search), and the worst pool:`);
for (const [method, own] of scores) {
  const middle = quantile(
    own.map(({ score }) => score),
    0.5,
  );
  const worst = own.reduce((a, b) => (b.score > a.score ? b : a));
  console.log(line([method, middle.toFixed(2), `${worst.pool} ${worst.score.toFixed(2)}`]));
}

const comparisons = pools.flatMap((pool) => {
  const results = played.get(pool) as Played[];
  const ours = results[methods.indexOf("labloop")];
  if (ours === undefined) return [];
  const others = [
    { other: "random", played: { ...ours, areas: ours.random } },
    ...methods.map((other, i) => ({ other, played: results[i] as Played })),
  ].filter(({ other, played: { areas } }) => other !== "labloop" && areas.size > 0);
  return others.map(({ other, played: theirs }): Comparison & { pool: string; other: string; seeds: number } => {
    const [mine, areas, random] = paired(ours, theirs);
    return { pool, other, seeds: mine.length, ...compareAreas(mine, areas, random, MARGIN) };
  });
});
const shown = shownTogether(
  comparisons.map(({ p }) => p),
  0.05,
);
console.log(
  `\nlabloop's score less the other's, paired, with 95 %; "shown" is non-inferior by ${MARGIN}, Holm-corrected:`,
);
for (const [i, { pool, other, seeds, difference, low, high }] of comparisons.entries()) {
  const verdict =
    seeds < fewestCampaigns
      ? "too few seeds"
      : shown[i] === true
        ? "shown"
        : low > 0
          ? "WORSE"
          : difference > 0
            ? "worse, not sure"
            : "not shown";
  const range = `${difference.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  console.log(line([pool, other, range, `${seeds} seeds`, verdict]));
}
