import type { ExplanationAspect } from "@labloop/contracts";
import { explainCalibration } from "../explanation/explain-calibration.ts";
import { explainImportances } from "../explanation/explain-importances.ts";
import { explainLoneliness } from "../explanation/explain-loneliness.ts";
import { explainOutlier, type OutlierNumbers } from "../explanation/explain-outlier.ts";
import { compareVectors } from "../model/compare-vectors.ts";
import type { Model } from "../model/fit-model.ts";
import type { Space } from "../space/space.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { designName } from "./design-name.ts";
import type { Measured } from "./explain-choice.ts";
import { findOutlier } from "./find-outlier.ts";
import { leaningOn } from "./leaning-on.ts";
import { leadingMember } from "./rival.ts";
import { toldSkill } from "./told-skill.ts";

// A person looks at the farthest few.
const MOST_TOLD = 3;

/**
 * Returns what the model of one objective takes to matter, how well it predicts, and which readings it does not explain, as the member of
 * most weight sees it. `measured` are the designs of `readings` that were measured; `sign` is -1 where the model sees the objective negated.
 */
export function explainModel(
  { study, groups, owners }: Space,
  objective: string,
  model: Model,
  {
    readings: read,
    measured,
    sign,
  }: { readonly readings: TrialReadings; readonly measured: readonly Measured[]; readonly sign: number },
): ExplanationAspect[] {
  const { family, theta, readings, related: drawn, looSpread, looCovered } = leadingMember(model);
  const slopes = new Map<string, number>();
  const seen = new Set<number>();
  groups.forEach((group, feature) => {
    if (seen.has(group)) return;
    seen.add(group);
    const owner = owners[feature] as string;
    const lengthscale = theta.lengthscales[group] as number;
    slopes.set(owner, (slopes.get(owner) ?? 0) + 1 / (lengthscale * lengthscale));
  });
  // Lengthscales of one parameter act together as one whose inverse square is the sum of theirs.
  const scales = [...slopes].map(([name, slope]) => ({ name, lengthscale: 1 / Math.sqrt(slope) }));
  // Those of related campaigns tell as well.
  const told = drawn.length > 0 ? Number.POSITIVE_INFINITY : readings.count;
  const isFitted = family === "neural-ensemble" || theta.logPosterior !== null;
  const importances = explainImportances(scales, told, isFitted);
  const calibration = explainCalibration({
    readings: readings.count,
    skill: toldSkill(model),
    spread: Math.sqrt(looSpread),
    covered: looCovered,
  });
  const shares = Object.fromEntries(scales.map(({ name }, i) => [name, importances.numbers[i] as number]));
  const related = relatedTo(model);
  const lonely = lonelinessTold();
  return [
    ...(related === null ? [] : [{ aspect: "related" as const, objective, ...related }]),
    ...(lonely === null ? [] : [{ aspect: "loneliness" as const, objective, ...lonely }]),
    { aspect: "importances", objective, why: importances.why, numbers: shares },
    { aspect: "calibration", objective, why: calibration.why, numbers: calibration.numbers },
    ...asideOf(),
    ...outlierOf(),
  ];

  function lonelinessTold() {
    const leaning = leaningOn(model);
    const unit = study.objectives.find(({ name }) => name === objective)?.unit ?? "1";
    return leaning === null ? null : explainLoneliness({ ...leaning, change: sign * leaning.change }, unit);
  }

  /** What is not learned from; of many the farthest off. */
  function asideOf(): ExplanationAspect[] {
    const { setAside = [] } = model;
    const told = setAside.slice(0, MOST_TOLD);
    const others = setAside.length - told.length;
    return told.flatMap((own, i) =>
      outlierAspect(own.place, {
        ...own,
        standing: own.repeats > 0 ? "slip" : "doubted",
        ...(others > 0 && i === told.length - 1 ? { others } : {}),
      }),
    );
  }

  function outlierOf(): ExplanationAspect[] {
    const found = findOutlier(model);
    if (found === null) return [];
    const { dimensions, inputs } = readings;
    const place = inputs.slice(found.row * dimensions, (found.row + 1) * dimensions);
    const times = measured.filter(({ features }) => compareVectors(features, place) === 0).length;
    return outlierAspect(place, { ...found, standing: times > 1 ? "confirmed" : "believed" });
  }

  function outlierAspect(place: Float64Array, found: FoundOutlier): ExplanationAspect[] {
    const isThere = (features: Float64Array) => compareVectors(features, place) === 0;
    const own = measured.find(({ features }) => isThere(features));
    if (own === undefined) return [];
    const { design } = own;
    const { value, foretold, chance, standing, others } = found;
    const told = { standing, ...(others === undefined ? {} : { others }) };
    const numbers = { design, value: sign * value, foretold: sign * foretold, chance, ...told };
    const unit = study.objectives.find(({ name }) => name === objective)?.unit ?? "1";
    const censored = read.quantities.get(objective)?.censored ?? [];
    const isBound = censored.some(({ trial }) => isThere(read.features[trial] as Float64Array));
    const names = { name: designName(study, design), unit, isBound };
    return [{ aspect: "outlier", objective, ...explainOutlier(numbers, names) }];
  }
}

/** A reading that the others do not explain, larger being better, and what becomes of it. */
interface FoundOutlier extends Pick<OutlierNumbers, "value" | "foretold" | "chance" | "standing"> {
  readonly others?: number;
}

/** How much of the belief comes with related campaigns, and how alike they are taken to be; null where none does. */
function relatedTo({ members, weights }: Model) {
  const tasks = new Map<string, number>();
  let weight = 0;
  members.forEach(({ related }, m) => {
    if (related.length > 0) weight += weights[m] as number;
    for (const { task, correlation } of related) {
      tasks.set(task, (tasks.get(task) ?? 0) + (weights[m] as number) * correlation);
    }
  });
  if (weight === 0) return null;
  const each = [...tasks].map(([task, sum]) => ({ task, correlation: sum / weight }));
  const told = each.map(({ task, correlation }) => `${task}, correlation ${correlation.toFixed(2)}`).join("; ");
  const why = `${Math.round(100 * weight)} % of the belief draws on related campaigns (${told})`;
  return { why, numbers: { share: Math.min(1, weight), tasks: each } };
}
