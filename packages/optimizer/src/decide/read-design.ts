import type { Design } from "@labloop/contracts";
import type { ObjectiveEvidence } from "./evidence-of.ts";
import { keyOf } from "../space/key-of.ts";

/** A measured design. */
export interface ReadDesign {
  /** As it was carried out. */
  readonly design: Design;
  /** As it was asked for, where that is another design. */
  readonly requested?: Design;
}

/** Returns the design that was read at an encoded place, which must be one of the readings'. */
export function readDesign(
  { designs, requested, keys, asked, readingAt }: ObjectiveEvidence,
  place: Float64Array,
): ReadDesign {
  const reading = readingAt.get(keyOf(place)) as number;
  const design = designs[reading] as Design;
  return asked[reading] === keys[reading] ? { design } : { design, requested: requested[reading] as Design };
}
