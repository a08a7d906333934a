import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { covers } from "../pareto/covers.ts";
import { keyOf } from "../space/key-of.ts";
import { doubtedPlaces } from "./doubted-places.ts";
import { believedValue } from "./front-rows.ts";
import type { QuantityView } from "./outcome-beliefs.ts";
import { rowFinder } from "./row-finder.ts";
import type { SharedRow } from "./shared-rows.ts";

/** A measured candidate that may be picked anew. */
export interface Remeasurable {
  readonly index: number;
  /** The encoded places at which it was carried out. */
  readonly places: readonly Float64Array[];
}

/** Measured candidates of several quantities of which something that was read is not believed. */
export interface Doubts {
  /** Their indices among the candidates. */
  readonly all: readonly number[];
  /** Those that would be on the front, or of the greatest worth, if what was read were true. */
  readonly finds: readonly number[];
}

/**
 * Returns which of `again` are doubted: every reading there of one of the quantities was set aside by its model. `leading` are the
 * measured rows that may be recommended, `mayLead` says it of a place; `worth` is null where only a whole front can be judged.
 */
export function doubtsOf(
  models: readonly Model[],
  evidence: readonly Evidence[],
  {
    views,
    again,
    leading,
    mayLead,
    worth,
  }: {
    readonly views: readonly QuantityView[];
    readonly again: readonly Remeasurable[];
    readonly leading: readonly SharedRow[];
    readonly mayLead: (place: Float64Array) => boolean;
    readonly worth: ((outcome: ArrayLike<number>) => number) | null;
  },
): Doubts {
  const aside = models.map(
    (model, k) => new Map(doubtedPlaces(model, evidence[k] as Evidence).map((own) => [own.place, own])),
  );
  if (aside.every(({ size }) => size === 0)) return { all: [], finds: [] };
  const scaled = (value: number, k: number) => (views[k] as QuantityView).scale(value);
  const believed = leading.map(({ rows }) =>
    models.map((model, k) => scaled(believedValue(model, rows[k] as number), k)),
  );
  const most = worth === null ? Number.NEGATIVE_INFINITY : Math.max(...believed.map(worth));
  const rowsAt = models.map(rowFinder);
  const isDoubted = (place: Float64Array) => aside.some((own) => own.has(keyOf(place)));
  return {
    all: again.filter(({ places }) => places.some(isDoubted)).map(({ index }) => index),
    finds: again.filter(({ places }) => places.some(isFind)).map(({ index }) => index),
  };

  function isFind(place: Float64Array): boolean {
    if (!isDoubted(place) || !mayLead(place)) return false;
    const outcome = models.flatMap((model, k) => {
      const doubted = aside[k]?.get(keyOf(place));
      const row = (rowsAt[k] as (typeof rowsAt)[number])(place);
      if (doubted !== undefined) return [scaled(doubted.value, k)];
      return row < 0 ? [] : [scaled(believedValue(model, row), k)];
    });
    // What was read in part may be as good as what was read in full, but nobody knows.
    if (outcome.length < models.length) return false;
    return worth === null ? !believed.some((own) => covers(own, outcome, outcome.length)) : worth(outcome) > most;
  }
}
