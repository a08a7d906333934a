import type { Design } from "@labloop/contracts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import type { Space } from "../space/space.ts";
import type { Region } from "./open-field.ts";
import { recommend } from "./recommend.ts";
import { rowDesign } from "./row-design.ts";
import { regionSides } from "./trust-region.ts";

// In a space of more parameters nearly all of it is far from every reading: a model promises most where it knows nothing.
const WIDE = 15;

/**
 * Returns the box around the measured design believed best, of `rows`, that a space of more than 15 parameters is looked through in; null in
 * any other space, and without a row or a box. `designs` are those of the evidence.
 */
export function regionAround(
  { study, groups, owners }: Space,
  model: Model,
  evidence: Evidence,
  designs: readonly Design[],
  rows: readonly number[],
): Region | null {
  // What cannot be varied makes no space wider.
  if (new Set(owners).size <= WIDE || study.candidates !== undefined || rows.length === 0) return null;
  const sides = regionSides(model, evidence.values, groups);
  const row = rowDesign(model, recommend(model, rows).row, evidence.features);
  if (sides === null) return null;
  const hope = (features: Float64Array) => {
    let sum = 0;
    model.members.forEach((member, m) => {
      const { means, variances } = member.predict(features);
      sum += (model.weights[m] as number) * ((means[0] as number) + Math.sqrt(variances[0] as number));
    });
    return sum;
  };
  return { centre: designs[row] as Design, sides, hope };
}
