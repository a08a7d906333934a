import type { LabView } from "@labloop/contracts";
import { orderedPointText, valueText } from "../terminal/words.ts";

/** Returns what has changed between two views as lines for a person without a screen; another campaign is all new. */
export function plainChanges(known: LabView, after: LabView): string[] {
  const { campaign } = after;
  if (campaign === null) return [];
  const isSame = known.campaign?.campaignId === campaign.campaignId;
  const before = isSame ? known : { campaign: null, experiments: [], alarms: [] };
  const { space, budget } = campaign;
  const lines: string[] = [];
  if (before.campaign === null) {
    lines.push(
      `campaign ${campaign.campaign}: ${budget} experiments in the ${campaign.mode} lab ${campaign.lab}, seed ${campaign.seed}`,
    );
  }
  for (const { number, parameters, values, partial, failure } of after.experiments.slice(before.experiments.length)) {
    const point = orderedPointText(parameters, space);
    const measured = Object.entries(values ?? partial ?? {}).map(
      ([name, { value, unit }]) => `${name} ${valueText(value, unit)}`,
    );
    const kept = measured.length === 0 ? "" : `; measured before: ${measured.join(", ")}`;
    lines.push(
      failure === null
        ? `  ${String(number).padStart(3)}/${budget}    ${point}: ${measured.join(", ")}`
        : `  failed     ${point}: ${failure.message}${kept}`,
    );
  }
  for (const { message } of after.alarms.slice(before.alarms.length)) lines.push(`  alarm      ${message}`);
  if (before.campaign?.phase !== campaign.phase) {
    lines.push(`  ${campaign.phase}${campaign.reason === null ? "" : `: ${campaign.reason}`}`);
  }
  return lines;
}
