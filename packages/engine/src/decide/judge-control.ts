import type { CampaignDocument, LabEvent, LabEventOf, Observation } from "@labloop/contracts";
import type { EngineState } from "../state.ts";
import { brokenRules, inWords as ruleInWords, isRejecting, type WestgardRule } from "./westgard.ts";

type Reading = LabEventOf<"control.judged">["readings"][number];
type Limits = NonNullable<CampaignDocument["control"]>["accept"][string];

/**
 * Returns how a control sample is judged, by its plain limits and by the rules of a control chart where the file gives target
 * and sigma, and that the campaign waits for a person when a reading is rejected and the file says so.
 */
export function judgeControl(
  state: EngineState,
  { control }: CampaignDocument,
  { runId, values, failure }: Observation,
): readonly LabEvent[] {
  if (control === undefined) return [];
  const readings = Object.entries(control.accept).flatMap(([name, limits]): Reading[] => {
    const measured = values?.[name];
    return measured === undefined ? [] : [judge(name, measured, limits, state.controls.recent[name] ?? [])];
  });
  const isAccepted = failure === null && readings.every((reading) => reading.isAccepted);
  const message = failure === null ? readings.map(inWords).join("; ") : `it could not be measured: ${failure.message}`;
  const judged: LabEvent = { type: "control.judged", runId, isAccepted, readings, message };
  const phase = state.campaign?.chart.value;
  // One that is paused already is held for this as well: an interlock would let it go on by itself.
  const isGoingOn = phase === "running" || phase === "paused";
  if (isAccepted || control.whenOutside === "alarm" || !isGoingOn) return [judged];
  const reason =
    failure === null ? `the control sample is outside its limits: ${message}` : `the control sample: ${message}`;
  return [judged, { type: "campaign.paused", reason, by: null }];
}

function judge(
  name: string,
  { value, unit }: { readonly value: number; readonly unit: string },
  { min, max, target, sigma }: Limits,
  before: readonly number[],
): Reading {
  const isWithin = isWithinLimits({ value, min: min ?? null, max: max ?? null });
  const reading = { name, value, unit, min: min ?? null, max: max ?? null };
  if (target === undefined || sigma === undefined) return { ...reading, isAccepted: isWithin };
  const rules = brokenRules([...before, value].map((measured) => (measured - target) / sigma));
  return { ...reading, target, sigma, rules, isAccepted: isWithin && !rules.some(isRejecting) };
}

function isWithinLimits({ value, min, max }: Pick<Reading, "value" | "min" | "max">): boolean {
  return value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
}

function inWords(reading: Reading): string {
  const { name, value, unit, min, max, target, sigma, rules = [] } = reading;
  const limits = [...(min === null ? [] : [`at least ${min}`]), ...(max === null ? [] : [`at most ${max}`])];
  const outside = isWithinLimits(reading) ? [] : [`not ${limits.join(" and ")}`];
  // What rejects explains more than the warning that came with it.
  const told = rules.some((rule) => isRejecting(rule as WestgardRule))
    ? rules.filter((rule) => rule !== "1-2s")
    : rules;
  const broken = told.map(
    (rule) => `${ruleInWords[rule as WestgardRule]} (${rule === "1-2s" ? "warning " : ""}${rule})`,
  );
  const chart = broken.length === 0 ? [] : [`target ${target} ± ${sigma}: ${broken.join(", and ")}`];
  return [`${name} ${Number(value.toPrecision(6))}${unit === "1" ? "" : ` ${unit}`}`, ...outside, ...chart].join(", ");
}
