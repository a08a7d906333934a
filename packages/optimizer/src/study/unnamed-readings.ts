import type { Fault, Study, Trial } from "@labloop/contracts";

/**
 * Returns a fault for each measured trial of which nothing would be learned, since all that was read has other names than the study's;
 * one without readings is none, nor is one that has more readings than the study names.
 */
export function unnamedReadings({ objectives, outcomeConstraints }: Study, trials: readonly Trial[]): Fault[] {
  const known = [...objectives, ...outcomeConstraints].map(({ name }) => name);
  return trials.flatMap(({ outcome }, index): Fault[] => {
    const read = outcome.status === "measured" ? Object.keys(outcome.values) : [];
    if (read.length === 0 || read.some((name) => known.includes(name))) return [];
    const quote = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
    const message = `trial ${index + 1}: the study measures nothing that is called ${quote(read)}`;
    const hint = `it measures ${quote(known)}; of what was not read leave the name out`;
    return [{ code: "trial.quantityUnknown", message, path: `trials.${index}.outcome.values`, hint }];
  });
}
