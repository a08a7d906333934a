import type { LabView } from "@labloop/contracts";
import { orderedPointText, valueText } from "./words.ts";

/** Returns what a campaign came to, besides its best design, which stands on the screen already. */
export function endLines({ campaign }: LabView): string[] {
  if (campaign === null) return [];
  const { phase, done, failed, bestMeasured, objective, space } = campaign;
  const lines = [
    `${phase} after ${done} ${done === 1 ? "experiment" : "experiments"}${failed === 0 ? "" : `, and ${failed} that failed`}`,
  ];
  if (bestMeasured !== null && objective !== null) {
    const { value, parameters } = bestMeasured;
    lines.push(`best reading: ${valueText(value, objective.unit)} at ${orderedPointText(parameters, space)}`);
  }
  return lines;
}
