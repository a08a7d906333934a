import { type AskTime, BenchResult, type PoolTable } from "@labloop/contracts";
import { type CampaignRecord, type Pool, qualityOf, quantile, summarise } from "@labloop/optimizer/benchmark";

/** Returns what a bench found, ready for bench.json. */
export function benchResult(
  table: PoolTable,
  pool: Pool,
  records: ReadonlyMap<string, readonly CampaignRecord[]>,
  settings: BenchResult["settings"],
): BenchResult {
  const quality = qualityOf(pool);
  const { name, title, dropped, replicates, study } = table;
  const sign = study.objectives.length === 1 && study.objectives[0]?.goal === "minimise" ? -1 : 1;
  return BenchResult.parse({
    v: 1,
    type: "bench",
    pool: {
      name,
      title,
      rows: table.rows.length,
      dropped,
      designs: pool.designs.length,
      replicated: pool.readings.filter((readings) => readings.length > 1).length,
      replicates,
      inputs: study.parameters.map((parameter) => parameter.name),
      objectives: study.objectives.map((objective) => ({
        name: objective.name,
        unit: objective.unit,
        goal: objective.goal,
      })),
      best: sign * quality.best,
      average: sign * quality.average,
      top: quality.top.size,
      remarks: [...table.remarks],
    },
    settings,
    methods: [...records.values()].map((ofMethod) =>
      summarise(pool, quality, ofMethod, records.get("random") ?? [], settings),
    ),
    timing: [...records].map(([method, ofMethod]) => askTime(method, ofMethod)),
  });
}

function askTime(method: string, records: readonly CampaignRecord[]): AskTime {
  const all = records.flatMap(({ askSeconds }) => askSeconds);
  const known = all.filter((seconds) => seconds !== null);
  const at = (share: number) => (known.length === 0 ? null : quantile(known, share));
  return { method, asks: all.length, median: at(0.5), p90: at(0.9), max: at(1) };
}
