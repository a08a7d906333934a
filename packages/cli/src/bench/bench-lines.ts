import type { BenchResult } from "@labloop/contracts";
import { fewestCampaigns } from "@labloop/optimizer/benchmark";
import { benchAnswer } from "./bench-answer.ts";
import { counted } from "./figure-text.ts";
import { benchTable } from "./bench-table.ts";

/** Returns what a bench found as a person reads it: the answer, a table, and what the numbers do not say. */
export function benchLines(result: BenchResult): string[] {
  const { pool, settings } = result;
  const { seeds, budget, batch, starts } = settings;
  const told = result.methods.find(({ method }) => method !== "random") ?? result.methods[0];
  const goals = pool.objectives.map(({ name, goal }) => `${goal} ${name}`).join(", ");
  return [
    `${pool.title}: ${counted(pool.designs, "design")}, ${counted(pool.inputs.length, "input")}, ${goals}`,
    "",
    ...(told === undefined ? [] : benchAnswer(told, result)),
    "",
    ...benchTable(result),
    "",
    `  score: what is missing to the best design, on average over the campaign, compared with random search; 0 is an oracle, 1 is random.`,
    `  Experiments are those of ${seeds === 1 ? "one campaign" : `the median of ${seeds} campaigns, each`} from ${counted(starts, "random design")}, ${batch} at a time, up to ${budget}; - is later than that.`,
    ...(batch > 1
      ? [`  What a batch of ${batch} holds counts when the whole of it has been made, of random search too.`]
      : []),
    ...(settings.budgetAsked > budget
      ? [`  The pool has ${pool.designs} designs, so the budget is ${budget} and not ${settings.budgetAsked}.`]
      : []),
    ...(pool.dropped > 0
      ? [
          `  ${counted(pool.dropped, "row")} without a value that is needed ${pool.dropped === 1 ? "was" : "were"} left out: a failure among them costs no campaign an experiment.`,
        ]
      : []),
    ...(pool.replicated > 0
      ? [
          `  ${counted(pool.replicated, "design")} ${pool.replicated === 1 ? "was" : "were"} measured more than once: a visit reads ${read[pool.replicates]}.`,
        ]
      : []),
    ...pool.remarks.map((remark) => `  ${remark}`),
    `  What this does not say: only designs that stand in the table could be chosen, so it tells how soon the best of them is`,
    `  found, not how good one could become. ${rangesText(seeds)} Another pool has other numbers.`,
  ];
}

const read: Readonly<Record<BenchResult["pool"]["replicates"], string>> = {
  one: "one of the readings at random",
  mean: "their mean, with less noise than one experiment has",
  first: "the first reading alone, and that counts as true",
};

function rangesText(seeds: number): string {
  if (seeds >= fewestCampaigns) return "The ranges are those of luck in these campaigns.";
  return seeds === 1
    ? "One campaign has no range."
    : `Ranges of fewer than ${fewestCampaigns} campaigns are too narrow.`;
}
