import type { Design, ExplanationAspect } from "@labloop/contracts";
import { explainChance, type KnownChance } from "../explanation/explain-chance.ts";
import { explainNeighbours, type Sight } from "../explanation/explain-neighbours.ts";
import { explainSplit } from "../explanation/explain-split.ts";
import { explainSwap, type RunnerUp } from "../explanation/explain-swap.ts";
import type { Model } from "../model/fit-model.ts";
import { keyOf } from "../space/key-of.ts";
import { warpInputs } from "../model/warp-inputs.ts";
import { readable } from "../readable.ts";
import { exp } from "../special-functions/exp.ts";
import type { Space } from "../space/space.ts";
import { designName } from "./design-name.ts";
import { leadingMember } from "./rival.ts";

/** A measured design as people speak of it. */
export interface Measured {
  readonly design: Design;
  readonly features: Float64Array;
}

/** A chosen design and what is to be told of it. */
export interface Chosen {
  readonly features: Float64Array;
  /** From 0 to 1; null where a gain was not the question. */
  readonly exploit: number | null;
  /** The score by which it was chosen, and the design that came second. */
  readonly score: number;
  readonly runnerUp: (Omit<RunnerUp, "name"> & { readonly design: Design }) | null;
  /** How likely it is to be of use; null where nothing speaks against any design. */
  readonly chance: KnownChance | null;
  /** What it costs, with the unit; null where all cost the same. */
  readonly cost: { readonly value: number; readonly unit: string } | null;
}

const NEAREST = 3;

/**
 * Returns why a design was chosen, aspect by aspect: how much of it is hope and how much knowledge, what it costs, what was measured
 * nearest and what would have changed the choice. Distances are in the shortest lengthscales of the models' leading members, whose bends come first.
 */
export function explainChoice(
  models: readonly Model[],
  { groups, study }: Pick<Space, "groups" | "study">,
  measured: readonly Measured[],
  { features, exploit, score, runnerUp, chance, cost }: Chosen,
): ExplanationAspect[] {
  const objective = null;
  const aspects: ExplanationAspect[] = [];
  if (exploit !== null) aspects.push({ aspect: "gain", objective, ...explainSplit(exploit) });
  if (chance !== null) {
    const probability = exp(chance.log);
    aspects.push({ aspect: "chance", objective, why: explainChance(chance, probability), numbers: { probability } });
  }
  if (cost !== null) {
    const why = `it takes ${readable(cost.value)} ${cost.unit}, and gains are compared per ${cost.unit}`;
    aspects.push({ aspect: "cost", objective, why, numbers: { cost: cost.value } });
  }
  // A design that was repeated is one neighbour, and the design itself none.
  const byPlace = new Map(measured.map((one) => [keyOf(one.features), one]));
  byPlace.delete(keyOf(features));
  const others = [...byPlace.values()];
  const sights = models.map((model): Sight => {
    const { theta, warps } = leadingMember(model);
    return {
      place: warpInputs(features, warps),
      measured: others.map((one) => warpInputs(one.features, warps)),
      lengthscales: Float64Array.from(groups, (group) => theta.lengthscales[group] as number),
    };
  });
  const near = explainNeighbours(sights, (index) => designName(study, (others[index] as Measured).design), NEAREST);
  const neighbours = near.numbers.map(({ index, distance }) => ({
    design: (others[index] as Measured).design,
    distance,
  }));
  aspects.push({ aspect: "neighbours", objective, why: near.why, numbers: neighbours });
  if (runnerUp !== null) {
    const { design } = runnerUp;
    const { numbers: deviations, why } = explainSwap(score, { ...runnerUp, name: designName(study, design) });
    aspects.push({ aspect: "swap", objective, why, numbers: { design, deviations } });
  }
  return aspects;
}
