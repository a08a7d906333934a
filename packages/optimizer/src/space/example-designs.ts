import type { Design, Fault, Study } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { openSpace } from "./open-space.ts";

/**
 * Returns up to `count` designs of a study, spread over its space and always the same, or everything that is wrong with the study;
 * the whole list where it has one.
 */
export function exampleDesigns(study: Study, count: number): Design[] | Fault[] {
  const space = openSpace(study);
  return Array.isArray(space) ? space : space.candidates(count, createRandom(0));
}
