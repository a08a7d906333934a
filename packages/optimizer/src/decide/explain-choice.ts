import type { Design } from "@labloop/contracts";
import { explainNeighbours } from "../explanation/explain-neighbours.ts";
import { explainSplit } from "../explanation/explain-split.ts";
import type { Model } from "../model/fit-model.ts";
import { readable } from "../readable.ts";
import type { Choice } from "./choose-design.ts";

/** A measured design as people speak of it. */
interface Measured {
  readonly design: Design;
  readonly features: Float64Array;
}

/**
 * Returns in words why a design was chosen: by which rule, how much of it is hope and how much knowledge, and what was measured
 * nearest, as the member of most weight sees it. `leaders` are the rows of its readings that count as achieved.
 */
export function explainChoice(
  { members, weights, skill }: Model,
  leaders: readonly number[],
  groups: Int32Array,
  measured: readonly Measured[],
  features: Float64Array,
  choice: Choice,
): string {
  const rule =
    choice.rule === "expected-improvement" ? "greatest expected improvement" : "best of a draw from the model";
  const trust = `the model predicts ${Math.round(100 * Math.max(0, skill))} % of the differences between designs it was not shown`;
  const first = [`${rule} among ${choice.compared} designs`, trust, ...sayRelated({ members, weights })].join("; ");
  const member = members[weights.reduce((most, weight, i) => (weight > (weights[most] as number) ? i : most), 0)];
  if (member === undefined || leaders.length === 0) return first;
  const { means, variances } = member.predict(features);
  const incumbent = leaders.reduce(
    (most, row) => Math.max(most, member.measured.means[row] as number),
    Number.NEGATIVE_INFINITY,
  );
  const split = explainSplit(means[0] as number, Math.sqrt(variances[0] as number), incumbent).why;
  const lengthscales = Float64Array.from(groups, (group) => member.theta.lengthscales[group] as number);
  const near = explainNeighbours(
    features,
    measured.map((own) => own.features),
    lengthscales,
    (index) => nameOf((measured[index] as Measured).design),
    1,
  ).why;
  return `${first}; ${split}; ${near}`;
}

/** How much of the belief comes with related campaigns, and how alike they are taken to be. */
function sayRelated({ members, weights }: Pick<Model, "members" | "weights">): string[] {
  const tasks = new Map<string, number>();
  let weight = 0;
  members.forEach(({ related }, m) => {
    if (related.length > 0) weight += weights[m] as number;
    for (const { task, correlation } of related) {
      tasks.set(task, (tasks.get(task) ?? 0) + (weights[m] as number) * correlation);
    }
  });
  if (weight === 0) return [];
  const each = [...tasks].map(([task, sum]) => `${task}, correlation ${(sum / weight).toFixed(2)}`);
  return [`${Math.round(100 * weight)} % of it draws on related campaigns (${each.join("; ")})`];
}

function nameOf(design: Design): string {
  return Object.entries(design)
    .map(([name, value]) => `${name} ${typeof value === "number" ? readable(value) : value}`)
    .join(", ");
}
