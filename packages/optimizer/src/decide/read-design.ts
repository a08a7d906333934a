import type { Design } from "@labloop/contracts";
import type { ObjectiveEvidence } from "./evidence-of.ts";

/** A measured design. */
export interface ReadDesign {
  /** As it was carried out. */
  readonly design: Design;
  /** As it was asked for, where that is another design. */
  readonly requested?: Design;
}

/** Returns the design of a reading. */
export function readDesign({ designs, requested, keys, asked }: ObjectiveEvidence, reading: number): ReadDesign {
  const design = designs[reading] as Design;
  return asked[reading] === keys[reading] ? { design } : { design, requested: requested[reading] as Design };
}
