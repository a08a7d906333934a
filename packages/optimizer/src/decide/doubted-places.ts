import { compareVectors } from "../model/compare-vectors.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Model } from "../model/fit-model.ts";
import { placesOf } from "../model/places-of.ts";

/** A measured place of which nothing that was read is believed. */
export interface DoubtedPlace {
  /** Its key. */
  readonly place: string;
  /** Encoded. */
  readonly features: Float64Array;
  /** The greatest reading there, larger being better. */
  readonly value: number;
}

/** Returns the places of which every reading was set aside, the one that was read highest first, equal ones in the order of their places. */
export function doubtedPlaces({ setAside = [] }: Model, { features, values }: Evidence): DoubtedPlace[] {
  if (setAside.length === 0) return [];
  const aside = new Set(setAside.map(({ reading }) => reading));
  return [...placesOf(features)]
    .filter(([, readings]) => readings.every((reading) => aside.has(reading)))
    .map(([place, readings]) => ({
      place,
      features: features[readings[0] as number] as Float64Array,
      value: Math.max(...readings.map((reading) => values[reading] as number)),
    }))
    .sort((a, b) => b.value - a.value || compareVectors(a.features, b.features));
}
