import { LabError } from "@labloop/contracts";
import { poolOf } from "@labloop/optimizer/benchmark";
import { benchLines } from "../bench/bench-lines.ts";
import { benchPlot } from "../bench/bench-plot.ts";
import { benchResult } from "../bench/bench-result.ts";
import { counted } from "../bench/figure-text.ts";
import { loadPool } from "../bench/load-pool.ts";
import { methodNames } from "../bench/method-of.ts";
import { openOut } from "../bench/open-out.ts";
import { runCampaigns } from "../bench/run-campaigns.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { print, printJson, say } from "../say.ts";
import { countOf } from "./number-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface BenchFlags {
  readonly seeds: string;
  readonly firstSeed: string;
  readonly budget: string;
  readonly batch: string;
  readonly methods: string;
  readonly threads: string;
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * `labloop bench POOL`: how much sooner than random search a campaign would have found the best of past experiments. Where a person
 * stops it, it tells that of the campaigns that every method has played by then.
 */
export async function bench(file: string, flags: BenchFlags): Promise<ExitCode> {
  const seeds = countOf("--seeds", flags.seeds);
  const firstSeed = countOf("--first-seed", flags.firstSeed);
  const budgetAsked = countOf("--budget", flags.budget);
  const batch = countOf("--batch", flags.batch);
  const threads = countOf("--threads", flags.threads);
  const methods = methodNames(flags.methods);
  const loaded = loadPool(file);
  if (!loaded.ok) return reportFaults(loaded.faults, flags.json === true);
  const table = loaded.value;
  const pool = poolOf(table);
  const { starts } = table;
  if (budgetAsked <= starts) {
    const message = `--budget ${budgetAsked} leaves nothing to choose: every campaign begins with ${counted(starts, "random design")}`;
    const hint = `write --budget ${starts + 1} or more${starts > 1 ? ", or begin with fewer by starts: in the pool's file" : ""}`;
    throw new LabError("usage.badBudget", message, { hint });
  }
  const budget = Math.min(budgetAsked, pool.designs.length);
  const write = flags.out === undefined ? null : openOut(flags.out, ["bench.json", "bench.svg"]);

  say(
    `${table.name}: ${counted(seeds, "campaign")} of ${counted(budget, "experiment")} for each of ${counted(methods.length, "method")}`,
  );
  let told = 0;
  let isStopped = false;
  const stop = listenForStop();
  void stop.asked.then(() => {
    isStopped = true;
    stop.forget();
    say("stopping once the campaigns under way are at their end; another Ctrl-C ends at once, and loses all of them");
  });
  const records = await runCampaigns({
    table,
    methods,
    seeds,
    firstSeed,
    threads,
    shared: { budget, batch, starts },
    isStopped: () => isStopped,
    onProgress: (done, all) => {
      const tenth = Math.floor((10 * done) / all);
      if (tenth > told) say(`  ${done} of ${all} campaigns`);
      told = tenth;
    },
  }).finally(() => stop.forget());
  const played = records.get("random")?.length ?? 0;
  if (played < seeds) say(`stopped after ${counted(played, "campaign")} of each method, of ${seeds}`);
  if (played === 0) return exitCode.stoppedByPerson;
  const result = benchResult(table, pool, records, { seeds: played, firstSeed, budget, budgetAsked, batch, starts });
  write?.({ "bench.json": `${JSON.stringify(result)}\n`, "bench.svg": benchPlot(result) });
  if (flags.json === true) printJson(result);
  else for (const line of benchLines(result)) print(line);
  return played < seeds ? exitCode.stoppedByPerson : exitCode.done;
}
