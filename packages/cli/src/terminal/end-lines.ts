import type { LabView } from "@labloop/contracts";
import { rounded } from "../report/lines.ts";
import { intervalText, orderedPointText } from "./words.ts";

/** Returns what a campaign came to, from what is held of it. */
export function endLines({ campaign }: LabView): string[] {
  if (campaign === null) return [];
  const { phase, done, failed, best, bestMeasured, objective, space } = campaign;
  const lines = [`${phase} after ${done} experiments${failed === 0 ? "" : `, and ${failed} that failed`}`];
  if (best !== null) {
    lines.push(`best design: ${orderedPointText(best.parameters, space)}`);
    lines.push(`  expected ${objective.name} ${intervalText(best.value, best.interval90, objective.unit)}`);
  }
  if (bestMeasured !== null) {
    const { value, parameters } = bestMeasured;
    lines.push(`best reading: ${rounded(value)} ${objective.unit} at ${orderedPointText(parameters, space)}`);
  }
  return lines;
}
