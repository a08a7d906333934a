import type { Design } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import { type CostOf, isPrice } from "../space/open-cost.ts";
import type { Space } from "../space/space.ts";
import type { Near } from "./climb.ts";
import { type DesignField, NEAR } from "./open-field.ts";

/** Designs to choose from, to which more are added where it turns out to be worth looking. */
export interface GrowingField extends DesignField {
  readonly near: Near;
}

/**
 * Returns a field that begins with `opened`; what was there keeps its index. `shut` holds the keys of what is not to be added, and
 * nothing is that has no price, where designs have any.
 */
export function growingField(
  space: Space,
  opened: DesignField,
  shut: ReadonlySet<string>,
  costOf: CostOf | null,
  random: Random,
): GrowingField {
  const designs = [...opened.designs];
  const keys = [...opened.keys];
  const features = [...opened.features];
  const seen = new Set([...keys, ...shut]);
  return {
    designs,
    keys,
    features,
    near: (index, radius) =>
      space.neighbours(designs[index] as Design, radius, NEAR, random).flatMap((design) => {
        const key = space.key(design);
        if (seen.has(key)) return [];
        seen.add(key);
        if (costOf !== null && !isPrice(costOf(design))) return [];
        keys.push(key);
        features.push(space.encode(design));
        return [designs.push(design) - 1];
      }),
  };
}
