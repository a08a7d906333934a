import type { FinalLine } from "./final-line.ts";

/** Returns what random search would have needed for as good a design, in words. */
export function againstRandom({
  medianExperiments,
  interval95: [low, high],
}: NonNullable<FinalLine["random"]>): string {
  const needed = `${medianExperiments} experiment${medianExperiments === 1 ? "" : "s"}`;
  return `needs ${needed} for a design as good (median of 10,000; 95 % between ${low} and ${high})`;
}
