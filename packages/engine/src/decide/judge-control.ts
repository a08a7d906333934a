import type { CampaignDocument, LabEvent, LabEventOf, Observation } from "@labloop/contracts";
import type { EngineState } from "../state.ts";

type Reading = LabEventOf<"control.judged">["readings"][number];

/** Returns how a control sample is judged, and that the campaign pauses when a reading is outside and the file says so. */
export function judgeControl(
  state: EngineState,
  { control }: CampaignDocument,
  { runId, values, failure }: Observation,
): readonly LabEvent[] {
  if (control === undefined) return [];
  const readings = Object.entries(control.accept).flatMap(([name, { min, max }]): Reading[] => {
    const measured = values?.[name];
    if (measured === undefined) return [];
    const { value, unit } = measured;
    const isAccepted = value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
    return [{ name, value, unit, min: min ?? null, max: max ?? null, isAccepted }];
  });
  const isAccepted = failure === null && readings.every((reading) => reading.isAccepted);
  const message = failure === null ? readings.map(inWords).join("; ") : `it could not be measured: ${failure.message}`;
  const judged: LabEvent = { type: "control.judged", runId, isAccepted, readings, message };
  if (isAccepted || control.whenOutside === "alarm" || state.campaign?.chart.value !== "running") return [judged];
  const reason = `the control sample is outside its limits: ${message}`;
  return [judged, { type: "campaign.paused", reason, by: null }];
}

function inWords({ name, value, unit, min, max, isAccepted }: Reading): string {
  const limits = [...(min === null ? [] : [`at least ${min}`]), ...(max === null ? [] : [`at most ${max}`])];
  return `${name} ${Number(value.toPrecision(6))} ${unit}${isAccepted ? "" : `, not ${limits.join(" and ")}`}`;
}
