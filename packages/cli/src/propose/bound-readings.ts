import type { Design, Study, Trial } from "@labloop/contracts";

/**
 * Returns the readings of a quantity at a design that were beyond the range of an instrument, as they stand in a table (`<4, >90`), each once; empty
 * where there is none.
 */
export function boundReadings({ parameters }: Study, trials: readonly Trial[], design: Design, name: string): string {
  const told = trials.flatMap(({ design: own, outcome }) => {
    if (outcome.status !== "measured" || parameters.some((each) => own[each.name] !== design[each.name])) return [];
    const read = outcome.values[name];
    if (typeof read !== "object" || "value" in read) return [];
    return ["below" in read ? `<${read.below}` : `>${read.above}`];
  });
  return [...new Set(told)].join(", ");
}
