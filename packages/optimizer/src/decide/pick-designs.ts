import { compareVectors } from "../model/compare-vectors.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { fitSound } from "../model/fit-sound.ts";
import type { Random } from "../random/create-random.ts";
import { keyOf } from "../space/key-of.ts";
import { log } from "../special-functions/log.ts";
import { believedPending } from "./believed-pending.ts";
import { doubtedPlaces } from "./doubted-places.ts";
import { type CandidateChances, candidateChances } from "./candidate-chances.ts";
import type { Chances } from "./chances.ts";
import type { Near } from "./climb.ts";
import { type Beside, type Choice, chooseDesign } from "./choose-design.ts";
import { type Promised, promisedAt } from "./draw-bests.ts";
import { flatten } from "../space/flatten.ts";
import { leadingRows } from "./leading-rows.ts";
import type { Filling } from "./listing-in.ts";
import { leastChance } from "./least-chance.ts";
import { likeliest } from "./likeliest.ts";
import { mostTelling } from "./most-telling.ts";
import { recommend } from "./recommend.ts";
import { rowFinder } from "./row-finder.ts";
import { openProspects, type Prospects } from "./open-prospects.ts";
import { trustIn } from "./trust-in.ts";
import { isEarly, isLate, searchLeft } from "./stage.ts";

/** A finite list of designs, what is known of them and what is on its way. */
export interface Situation {
  /** Readings of the one quantity to be made large. */
  readonly evidence: Evidence;
  /** The candidates, encoded. */
  readonly candidates: readonly Float64Array[];
  /** Of each candidate, how often it was measured; 0 where nothing that was read of it is believed. */
  readonly measured: readonly number[];
  /** Returns the encoded places at which a candidate was carried out; left out where all of them were as they are. */
  readonly readAt?: (index: number) => readonly Float64Array[];
  /** Encoded designs that are being measured now. */
  readonly pending: readonly Float64Array[];
  /** Of each candidate, whether it is pending. */
  readonly taken: readonly boolean[];
  /** How likely designs are to be of use; null where nothing speaks against any. */
  readonly chances: Chances | null;
  /** Returns what a candidate costs, over what designs cost on average; null where they cost the same. */
  readonly costOf: ((index: number) => number) | null;
  /** Encoded places of measured designs that may be recommended; null or left out where all may. */
  readonly admitted?: ReadonlySet<string> | null;
  /** Experiments still to be started after these, where the budget is known. */
  readonly remaining: number | undefined;
  /** Readings beside the evidence, which count as spent; none where it is left out. */
  readonly unlearned?: number;
  /** The model of the evidence, null where there is nothing to fit; it is fitted here where it is left out. */
  readonly model?: Model | null;
  /** How the candidates fill their space; null where they were drawn from one and not listed, and one may be a copy of another. */
  readonly filling?: Filling | null;
  /** Adds to the candidates what lies beside them; left out where nothing does. */
  readonly near?: Near | null;
}

/** One picked candidate. */
interface Pick {
  readonly index: number;
  /** Null for a pick without a model. */
  readonly choice: Choice | null;
}

const EVEN: Filling = { unevenness: 0, hasNames: false };

/** The picks, the model they rest on (null without readings, own or related), and the rows of its readings that count as achieved. */
export interface Picked {
  readonly picks: readonly Pick[];
  readonly model: Model | null;
  readonly leaders: readonly number[];
}

/**
 * Returns the next `count` candidates in turn, each picked as if those before it and the pending ones had read their means,
 * with the model they rest on, null where there are no readings, own or related. Fewer than `count` only when nothing may be chosen.
 *
 * Of candidates drawn from a space each is to better those means too, else it would be a copy of the last. In a list none is a copy, and
 * only what was measured is to be bettered: what a model expects of a list it knows little of is mostly too high (decision 70).
 * While no measured design keeps the outcome constraints the candidate of the greatest chance is picked, over its cost, and no near copy of one that broke them.
 * In a list the model is believed the more readily the less of a known budget is left: what a strange place teaches late is of little use.
 * Of equals any may be picked, whatever the order of a list. No candidate is picked twice or while it is pending. A measured one is picked only in the last sixth of a known budget, the one whose
 * reading tells most of what to recommend, or when every candidate was measured.
 */
export function pickDesigns(situation: Situation, count: number, random: Random): Picked {
  const { evidence, candidates, measured, pending, chances, costOf, filling = EVEN } = situation;
  const isDrawn = filling === null;
  const guided = evidence.related !== undefined;
  const spending = {
    learned: evidence.values.length,
    unlearned: situation.unlearned ?? 0,
    pending: pending.length,
    count,
    remaining: situation.remaining,
  };
  const model = situation.model === undefined ? modelOf(evidence) : situation.model;
  const rowAt = model === null ? () => -1 : rowFinder(model);
  const rowsAgain = (index: number) =>
    [candidates[index] as Float64Array, ...(situation.readAt?.(index) ?? []).toReversed()].flatMap((place) => {
      const row = rowAt(place);
      return row < 0 ? [] : [row];
    });
  const rows =
    model === null ? null : Int32Array.from(measured, (times, index) => (times > 0 ? (rowsAgain(index)[0] ?? -1) : -1));
  const leaders = model === null ? [] : leadingRows(model, chances, situation.admitted ?? null);
  const known = new Set(evidence.features.map(keyOf));
  const finds = (model === null ? [] : doubtedPlaces(model, evidence)).filter(({ features }) => isAllowed(features));
  const promised: Promised[] = [];
  // What is promised is drawn in turn, which is not to change with which was begun first.
  const begun = isDrawn ? pending.toSorted(compareVectors) : pending;
  for (const features of believedPending(begun, model === null ? [] : [model])) believe(features);
  const prospects =
    model === null || rows === null ? null : openProspects(model, evidence.groups, flatten(candidates), rows);

  const hopeless = evidence.values.length > 0 && model !== null && leaders.length === 0;
  let offered = chances === null ? null : candidateChances(chances, candidates);
  const taken = [...situation.taken];
  const picks: Pick[] = [];
  for (let slot = 0; slot < count; slot++) {
    const open = openCandidates(measured, taken);
    if (open.length === 0) break;
    const early = isEarly(guided, known.size + pending.length + slot);
    const pick =
      verifying() ??
      (isLate(spending, slot) ? confirming() : null) ??
      (hopeless && offered !== null && !early ? likeliestOf(open, offered) : promising(open, early ? null : prospects));
    picks.push(pick);
    taken[pick.index] = true;
    if (slot + 1 < count) {
      believe(candidates[pick.index] as Float64Array);
      prospects?.believed();
      offered = offered?.believed() ?? null;
    }
  }
  for (const member of model?.members ?? []) member.forget();
  chances?.forget();
  return { picks, model, leaders };

  /** Whether a measured place may be recommended, given what else was read there. */
  function isAllowed(features: Float64Array): boolean {
    if (situation.admitted?.has(keyOf(features)) === false) return false;
    return chances?.keeps(features) ?? true;
  }
  function believe(features: Float64Array): void {
    // What is read once more is achieved already.
    const isNew = isDrawn && !known.has(keyOf(features));
    if (model !== null && isNew) promised.push(promisedAt(model, chances, features));
    for (const member of model?.members ?? []) member.believe(features);
    chances?.believe(features);
  }
  function likeliestOf(open: readonly number[], own: CandidateChances): Pick {
    const known = [...evidence.features, ...pending, ...picks.map(({ index }) => candidates[index] as Float64Array)];
    const logCostOf = costOf === null ? null : (index: number) => log(costOf(index));
    const near = besideOf(open)?.near ?? null;
    const found = likeliest({ candidates, open, known, chances: own, logCostOf, near }, random);
    return { index: found.index, choice: { rule: "feasibility", rival: null, ...found } };
  }
  /** A design that would be the best if what was read there were true, which the other readings do not explain; null without one. */
  function verifying(): Pick | null {
    if (finds.length === 0) return null;
    const best = model === null || leaders.length === 0 ? null : recommend(model, leaders).value;
    for (const { place, value } of finds) {
      if (best !== null && value <= best) continue;
      const index = candidates.findIndex((_, i) => !taken[i] && isAt(i, place));
      if (index < 0) continue;
      return { index, choice: { index, rule: "confirmation", value, compared: finds.length, rival: null } };
    }
    return null;
  }
  function isAt(index: number, place: string): boolean {
    return [candidates[index] as Float64Array, ...(situation.readAt?.(index) ?? [])].some(
      (own) => keyOf(own) === place,
    );
  }
  /** The measured design whose reading tells most of what to recommend; null where none tells anything. */
  function confirming(): Pick | null {
    if (model === null || rows === null) return null;
    const indexAt = new Map<number, number>();
    measured.forEach((times, index) => {
      if (times === 0 || taken[index]) return;
      for (const row of rowsAgain(index)) if (!indexAt.has(row)) indexAt.set(row, index);
    });
    const again = leaders.filter((row) => indexAt.has(row));
    const telling = mostTelling(model, leaders, again, (row) => costOf?.(indexAt.get(row) as number) ?? 1);
    if (telling === null) return null;
    const index = indexAt.get(telling.row) as number;
    const value = Math.max(log(telling.gain), -Number.MAX_VALUE);
    return { index, choice: { index, rule: "knowledge-gradient", value, compared: again.length, rival: null } };
  }
  /** What is measured again is not left for what lies beside it. */
  function besideOf(open: readonly number[]): Beside | null {
    const { near } = situation;
    if (near === undefined || near === null || (measured[open[0] as number] as number) > 0) return null;
    const placesOf = (indices: readonly number[]) => flatten(indices.map((index) => candidates[index] as Float64Array));
    return { near, placesOf, width: evidence.groups.length };
  }
  function promising(open: readonly number[], known: Prospects | null): Pick {
    const underWay = pending.length + picks.length;
    const moment = { underWay, searchLeft: searchLeft(spending), filling };
    const beside = besideOf(open);
    const field =
      known === null ? null : { prospects: known, open, leaders, promised, costOf, chances: offered, beside };
    const choice = model === null || field === null ? null : chooseDesign(model, field, random, trustIn(model, moment));
    if (choice !== null) return { index: choice.index, choice };
    const logs = offered?.roughAt(open) ?? null;
    const least = logs === null ? Number.NEGATIVE_INFINITY : leastChance(logs, random);
    const useful = logs === null ? open : open.filter((_, i) => (logs[i] as number) >= least);
    return { index: useful[Math.floor(random.uniform() * useful.length)] as number, choice };
  }
}

/** Returns the model of readings, own or related; null without any. */
export function modelOf(evidence: Evidence): Model | null {
  return evidence.values.length === 0 && evidence.related === undefined ? null : fitSound(evidence);
}

/** The candidates that are not taken: new ones while there are any. */
function openCandidates(measured: readonly number[], taken: readonly boolean[]): number[] {
  const free = measured.flatMap((_, index) => (taken[index] ? [] : [index]));
  const untried = free.filter((index) => measured[index] === 0);
  return untried.length > 0 ? untried : free;
}
