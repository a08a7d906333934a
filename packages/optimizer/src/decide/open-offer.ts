import type { Design } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import { isPrice } from "../space/open-cost.ts";
import type { Space } from "../space/space.ts";
import type { Near } from "./climb.ts";
import type { Known } from "./design-request.ts";
import { growingField } from "./growing-field.ts";
import { type DesignField, openField, type Region } from "./open-field.ts";
import { priceDesigns } from "./price-designs.ts";

/** The designs of a field that may be proposed. */
export interface Offer {
  /** Grows while it is looked through, where `near` is given. */
  readonly field: DesignField;
  /** Adds to the field what lies beside one of its designs; null where there are no others than those it opens with. */
  readonly near: Near | null;
  /** Returns what a design of the field costs, over what designs cost on average; null where they cost the same. */
  readonly relativeCostOf: ((index: number) => number) | null;
  /** Of each design that the field opened with, whether it may not be picked: it is pending, could not be made, or has no price. */
  readonly taken: readonly boolean[];
}

/** Where designs are looked for. */
interface Search {
  readonly leaders: readonly Design[];
  readonly within: Region | "everywhere" | "near-leaders-too";
  readonly count: number;
}

/** Returns what `count` proposals may be picked from, given what is known of a space. */
export function openOffer(space: Space, known: Known, search: Search, random: Random): Offer {
  const closed = new Set([...known.shut, ...known.tried.keys()]);
  const { leaders, within, count } = search;
  const opened = openField(space, leaders, random, within, { count, closed });
  // A list has no others, and is not copied: it may be long. In a region as much is already looked for.
  const isWhole = space.study.candidates !== undefined || typeof within !== "string";
  const grown = isWhole ? null : growingField(space, opened, closed, known.costOf, random);
  const field = grown ?? opened;
  const prices = priceDesigns(known.costOf, field.designs);
  const taken = field.keys.map(
    (key, i) => known.shut.has(key) || (prices !== null && !isPrice(prices.costs[i] as number)),
  );
  return { field, near: grown?.near ?? null, relativeCostOf: prices?.relativeOf ?? null, taken };
}
