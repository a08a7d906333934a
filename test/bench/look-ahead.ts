// Plays campaigns of labloop on shared pools of one objective and asks on the way how they would go on: whether ten more experiments
// gain more than so much, and what is lost at most by stopping. Tells how often what was told with about which probability came true, and
// in how many of the questions the loss was within the bound.
// Run: node test/bench/look-ahead.ts [--pools a,b] [--seeds 4] [--first-seed 1] [--gains 0,0.02,0.05,0.1] [--json]
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createStudy } from "@labloop/optimizer";
import { type BenchMethod, labloopMethod, type Pool, poolOf, runCampaign } from "@labloop/optimizer/benchmark";
import { loadPool } from "../../packages/cli/src/bench/load-pool.ts";
import { type Question, tellQuestions } from "./look-ahead/tell-questions.ts";

const { values: flags } = parseArgs({
  options: {
    pools: { type: "string", default: readdirSync(join(import.meta.dirname, "pools")).join() },
    seeds: { type: "string", default: "4" },
    "first-seed": { type: "string", default: "1" },
    gains: { type: "string", default: "0,0.02,0.05,0.1" },
    json: { type: "boolean", default: false },
  },
});
const BUDGET = 60;
const STARTS = 2;
/** Asked after so many experiments, of so many more. */
const ASKED = [5, 10, 20, 30, 40, 50];
const AHEAD = 10;
/** As shares of how far the pool's best design is from its mean. */
const gains = flags.gains.split(",").map(Number);

async function questionsOf(name: string, pool: Pool, seed: number): Promise<Question[]> {
  const { objectives } = pool.study;
  const sign = objectives[0]?.goal === "minimise" ? -1 : 1;
  const worth = (index: number) => sign * (pool.truth[index]?.[0] as number);
  const all = [...pool.designs.keys()].map(worth);
  const best = Math.max(...all);
  const span = best - all.reduce((sum, own) => sum + own, 0) / all.length;
  const budget = Math.min(BUDGET, pool.designs.length);
  const settings = { seed, budget, batch: 1, starts: STARTS };
  const told: Omit<Question, "came" | "loss">[] = [];
  const own = labloopMethod();
  const asking: BenchMethod = {
    name: "labloop",
    async start(study, features, methodSeed) {
      const campaign = await own.start(study, features, methodSeed);
      return {
        ask(ask) {
          const { measurements } = ask;
          if (ASKED.includes(measurements.length) && measurements.length + AHEAD <= budget) {
            // A table may have rounded what has to add up: its list of designs alone says what can be made.
            const studied = createStudy({ ...study, constraints: [] }, { seed });
            studied.tell(
              ...measurements.map(({ index, values }) => ({
                design: pool.designs[index] as (typeof pool.designs)[number],
                outcome: {
                  status: "measured" as const,
                  values: { [objectives[0]?.name as string]: values[0] as number },
                },
              })),
            );
            for (const gain of gains) {
              const found = studied.lookAhead({ experiments: AHEAD, gain: gain * span });
              if (found === null) continue;
              told.push({
                pool: name,
                asked: measurements.length,
                gain,
                chance: found.chance,
                regret: found.regret / span,
              });
            }
          }
          return campaign.ask(ask);
        },
      };
    },
  };
  const { recommended } = await runCampaign(pool, asking, settings, () => process.cpuUsage().user / 1e6);
  return told.map((one) => {
    const now = worth(recommended[one.asked - 1] as number);
    const then = worth(recommended[one.asked + AHEAD - 1] as number);
    return { ...one, came: (then - now) / span > one.gain, loss: (best - now) / span };
  });
}

const questions: Question[] = [];
for (const name of flags.pools.split(",")) {
  const loaded = loadPool(join(import.meta.dirname, "pools", name, "pool.yaml"));
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("; "));
  const pool = poolOf(loaded.value);
  if (pool.study.objectives.length > 1) continue;
  for (let i = 0; i < Number(flags.seeds); i++) {
    questions.push(...(await questionsOf(name, pool, Number(flags["first-seed"]) + i)));
  }
  console.error(name);
}
if (flags.json) console.log(JSON.stringify(questions));
tellQuestions(questions);
