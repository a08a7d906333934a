import type { Fault, Study } from "@labloop/contracts";
import { checkConstraints } from "../space/check-constraints.ts";
import { openSpace } from "../space/open-space.ts";

/** Returns why labloop's optimizer refuses a study; empty when it does not. */
export function refusedStudy(study: Study): readonly Fault[] {
  const faults = checkConstraints(study.constraints, study.parameters);
  if (faults.length > 0) return faults;
  const space = openSpace(openable(study));
  return Array.isArray(space) ? space : [];
}

/**
 * The study as the optimizer takes it. Where a table has rounded what has to add up, its list of designs alone says what can be
 * made; what involves no sum is held in any case.
 */
export function openable(study: Study): Study {
  if (!Array.isArray(openSpace(study))) return study;
  return { ...study, constraints: study.constraints.filter(({ kind }) => kind !== "mixture" && kind !== "linear") };
}
