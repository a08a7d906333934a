import { type Observation, outOfBounds } from "@labloop/contracts";
import { hypervolume, plateau } from "@labloop/optimizer/stopping";
import type { Recipe } from "../recipe.ts";
import type { EngineState } from "../state.ts";

/**
 * Returns why a campaign has gained enough, as its file says under `stop`, in a sentence; null while it goes on, and where the file
 * says nothing. Counted are experiments that gave a value; of these, what breaks a bound has gained nothing, and neither has what the
 * newest answer of the optimizer does not believe: one slip would be a best that nothing raises.
 */
export function flatSince(state: EngineState, recipe: Recipe): string | null {
  const { stop, outcomeConstraints, objectives } = recipe.checked.campaign;
  if (stop?.plateau === undefined) return null;
  const { experiments: window, share } = stop.plateau;
  const isDoubted = doubtsOf(state);
  const worths = state.observations.flatMap((observation): (readonly number[] | null)[] => {
    const { values, purpose } = observation;
    if (values === null || purpose !== undefined) return [];
    const isNothing = outOfBounds(values, outcomeConstraints).length > 0 || isDoubted(observation);
    return [isNothing ? null : gainsOf(values, recipe)];
  });
  if (worths.length <= window) return null;
  const before = worths.slice(0, -window).flatMap((worth) => (worth === null ? [] : [worth]));
  const all = worths.flatMap((worth) => (worth === null ? [] : [worth]));
  const [first] = before;
  if (first === undefined) return null;
  const width = first.length;
  // The worst that counts; where the file names none, the worst that was read.
  const reference = Array.from({ length: width }, (_, j) => {
    const own = objectives?.[j]?.reference;
    const sign = objectives?.[j]?.goal === "minimise" ? -1 : 1;
    return own === undefined || width === 1 ? Math.min(...all.map((worth) => worth[j] ?? 0)) : sign * own;
  });
  const volumes = [[first], before, all].map((some) => hypervolume(some, reference));
  const [least = 0, earlier = 0, now = 0] = volumes;
  // A front that takes up nothing has not come to rest: it has not begun.
  if (width > 1 && now === 0) return null;
  const verdict = plateau([least, earlier, ...Array.from({ length: window }, () => now)], window, share);
  if (!verdict.stop) return null;
  const gained = `${Number((100 * verdict.value).toPrecision(2))} %`;
  return width > 1
    ? `the last ${window} experiments have widened the front by ${gained} of all that it has gained`
    : `the last ${window} experiments have raised the best reading by ${gained} of all that it has gained`;
}

/** Returns what says of an observation whether a value of it is not believed. */
function doubtsOf({ proposals }: EngineState): (observation: Observation) => boolean {
  const newest = [...proposals.values()].findLast(({ answer }) => answer !== null)?.answer;
  const doubts = (newest?.explanation ?? []).flatMap((aspect) => {
    if (aspect.aspect !== "outlier" || aspect.objective === null) return [];
    const { standing, design, value } = aspect.numbers;
    return standing === "doubted" || standing === "slip" ? [{ name: aspect.objective, design, value }] : [];
  });
  return ({ executed, values }) =>
    doubts.some(({ name, design, value }) => {
      const carriedOut = executed.value;
      if (values?.[name]?.value !== value || carriedOut === null) return false;
      return Object.entries(design).every(([parameter, own]) => carriedOut[parameter] === own);
    });
}

/** What an experiment is worth in each objective, larger being better; one number where one tells. */
function gainsOf(values: Readonly<Record<string, { readonly value: number }>>, { checked }: Recipe): number[] {
  const { objective, campaign } = checked;
  const wanted = objective === null ? (campaign.objectives ?? []) : [objective];
  return wanted.map(({ name, goal }) => (goal === "minimise" ? -1 : 1) * (values[name]?.value ?? Number.NaN));
}
