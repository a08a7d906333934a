import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";
import { keyOf } from "../space/key-of.ts";

/** A place where every quantity was read. */
export interface SharedRow {
  readonly place: Float64Array;
  /** Per model the row of its pooled readings. */
  readonly rows: readonly number[];
}

/** Returns the places that every model has a reading of, in lexicographic order; models of different quantities may have read others too. */
export function sharedRows([first, ...others]: readonly [Model, ...Model[]]): SharedRow[] {
  const rowsOf = others.map((model) => new Map(readPlacesOf(model).map((place, row) => [keyOf(place), row])));
  return readPlacesOf(first).flatMap((place, row) => {
    const key = keyOf(place);
    const rows = rowsOf.flatMap((own) => own.get(key) ?? []);
    return rows.length < others.length ? [] : [{ place, rows: [row, ...rows] }];
  });
}

/** Returns the places that any model has a reading of, none twice. */
export function readPlacesOfAny(models: readonly Model[]): Float64Array[] {
  return [...new Map(models.flatMap(readPlacesOf).map((place) => [keyOf(place), place])).values()];
}

function readPlacesOf({ members }: Model): Float64Array[] {
  const { count, dimensions, inputs } = (members[0] as Member).readings;
  return Array.from({ length: count }, (_, row) => inputs.slice(row * dimensions, (row + 1) * dimensions));
}
