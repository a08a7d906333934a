// Plays campaigns of labloop, random search, Sobol and the Python peers on shared pools, all on the same starts, and says on
// which pool labloop is not shown to be as good as which peer. Results are kept, and a pool that was played is not played again.
// Run: node test/bench/compare-peers.ts FOLDER [--pools a,b] [--seeds 8] [--budget 60] [--batch 1] [--peers botorch-ax,…]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BenchResult } from "@labloop/contracts";
import { type Comparison, compareAreas, quantile, shownTogether } from "@labloop/optimizer/benchmark";
import { peerPython, whyNoPeers } from "./peers/peer-python.ts";

const root = join(import.meta.dirname, "../..");
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pools: { type: "string", default: readdirSync(join(import.meta.dirname, "pools")).join() },
    seeds: { type: "string", default: "8" },
    budget: { type: "string", default: "60" },
    batch: { type: "string", default: "1" },
    peers: { type: "string", default: "botorch-ax,baybe-default,optuna-gp" },
  },
});
const folder = positionals[0] ?? "out/peers";
const why = whyNoPeers();
if (why !== null) throw new Error(why);

/** Worse by less than this share of random search's regret counts as equal. */
const MARGIN = 0.05;

function shortName(method: string): string {
  return /([\w-]+)\.py$/.exec(method)?.[1] ?? method;
}

function play(pool: string): BenchResult {
  const out = join(folder, pool);
  const file = join(out, "bench.json");
  if (!existsSync(file)) {
    mkdirSync(out, { recursive: true });
    const peers = flags.peers
      .split(",")
      .map((name) => `peer:"${relative(root, peerPython)}" test/bench/peers/${name}.py`);
    const { status } = spawnSync(
      process.execPath,
      [
        "packages/cli/bin/labloop.mjs",
        "bench",
        `test/bench/pools/${pool}/pool.yaml`,
        `--out=${resolve(out)}`,
        `--seeds=${flags.seeds}`,
        `--budget=${flags.budget}`,
        `--batch=${flags.batch}`,
        "--threads=1",
        `--methods=${["labloop", "random", "sobol", ...peers].join()}`,
      ],
      { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
    );
    if (status !== 0) throw new Error(`labloop bench ended with ${status} on ${pool}`);
  }
  return BenchResult.parse(JSON.parse(readFileSync(file, "utf8")));
}

function compare({ pool, methods }: BenchResult): (Comparison & { pool: string; other: string })[] {
  const areasOf = (name: string) => methods.find(({ method }) => method === name)?.areas ?? [];
  return methods
    .filter(({ method }) => method !== "labloop")
    .map(({ method, areas }) => ({
      pool: pool.name,
      other: shortName(method),
      ...compareAreas(areasOf("labloop"), areas, areasOf("random"), MARGIN),
    }));
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(27))).join("");
}

const results: BenchResult[] = [];
for (const pool of flags.pools.split(",")) {
  const result = play(pool);
  if (results.length === 0) console.log(line(["pool", ...result.methods.map(({ method }) => shortName(method))]));
  results.push(result);
  const cells = result.methods.map(({ score, method }) => {
    const median = result.timing.find((time) => time.method === method)?.median ?? null;
    const range = `${score.value.toFixed(2)} (${score.low.toFixed(2)} to ${score.high.toFixed(2)})`;
    return median === null || median < 0.001 ? range : `${range} ${median.toFixed(2)} s`;
  });
  console.log(line([pool, ...cells]));
}
const comparisons = results.flatMap(compare);
const shown = shownTogether(
  comparisons.map(({ p }) => p),
  0.05,
);
console.log(`\nMedian score over ${results.length} pools (0 is an oracle, 1 is random search), and the worst pool:`);
for (const { method } of results[0]?.methods ?? []) {
  const scores = results.flatMap(({ pool, methods }) =>
    methods.filter((other) => other.method === method).map(({ score }) => ({ pool: pool.name, score: score.value })),
  );
  const middle = quantile(
    scores.map(({ score }) => score),
    0.5,
  );
  const worst = scores.reduce((a, b) => (b.score > a.score ? b : a));
  console.log(line([shortName(method), middle.toFixed(2), `${worst.pool} ${worst.score.toFixed(2)}`]));
}
console.log(
  `\nlabloop's score less the other's, paired, with 95 %; "shown" is non-inferior by ${MARGIN}, Holm-corrected:`,
);
for (const [i, { pool, other, difference, low, high }] of comparisons.entries()) {
  const verdict = shown[i] === true ? "shown" : low > 0 ? "WORSE" : difference > 0 ? "worse, not sure" : "not shown";
  console.log(line([pool, other, `${difference.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`, verdict]));
}
