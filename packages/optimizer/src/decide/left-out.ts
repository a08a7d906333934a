import type { ExplanationAspect, Study } from "@labloop/contracts";
import { explainLeftOut } from "../explanation/explain-left-out.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { keyOf } from "../space/key-of.ts";

/** Returns, of each objective whose model does not learn from every measured design, how many it knows nothing of, and what was made elsewhere. Both readings are a campaign's own. */
export function leftOut(study: Study, all: TrialReadings, learned: TrialReadings): ExplanationAspect[] {
  const isWhole = learned.feasible.length === all.feasible.length;
  const full = study.objectives.every(({ name }) => trialsRead(all, name).length === all.feasible.length);
  const elsewhere = all.elsewhere.length;
  if (isWhole && full && elsewhere === 0) return [];
  const places = (trials: readonly number[]) =>
    new Set(trials.map((trial) => keyOf(all.features[trial] as Float64Array))).size;
  const measured = places(all.feasible);
  return study.objectives.flatMap(({ name }): ExplanationAspect[] => {
    const told = explainLeftOut({
      measured,
      read: places(trialsRead(all, name)),
      learned: places(trialsRead(learned, name)),
      ...(elsewhere > 0 ? { elsewhere } : {}),
    });
    return told === null ? [] : [{ aspect: "left-out", objective: name, ...told }];
  });
}

function trialsRead({ quantities }: TrialReadings, name: string): number[] {
  const { exact = [], censored = [] } = quantities.get(name) ?? {};
  return [...exact, ...censored].map(({ trial }) => trial);
}
