import { CampaignDocument, type Fault, type Outcome } from "@labloop/contracts";
import { type ReadDocument, readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import { observedSteps } from "../observed-steps.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { objectiveFaults } from "./check-objectives.ts";
import { rangeFaults } from "./check-space.ts";
import { settle } from "./report.ts";

/** Returns the campaign that a `campaign.yaml` states, checked as far as it can be without its lab and protocol. */
export function checkCampaignDocument(source: SourceText): Outcome<CampaignDocument> {
  const { value, faults } = readCampaign(source);
  return settle(value, faults);
}

/** A `campaign.yaml` as far as it can be read. */
export interface ReadCampaign extends ReadDocument<CampaignDocument> {
  /** Whether its ranges span a space, whatever else is wrong: what is improved and observed is no part of one. */
  readonly hasRanges: boolean;
}

/** Reads a `campaign.yaml` as far as it can be read, with the faults that it has by itself. */
export function readCampaign(source: SourceText): ReadCampaign {
  const read = readDocument(source, CampaignDocument);
  const campaign = read.value;
  if (campaign === null) return { ...read, hasRanges: false };
  const ranges = rangeFaults(campaign, read);
  const isVaried = Object.keys(campaign.parameters).length > 0;
  return {
    ...read,
    faults: [...read.faults, ...faultsOf(campaign, read, ranges)],
    hasRanges: isVaried && read.faults.length === 0 && ranges.length === 0,
  };
}

function faultsOf(campaign: CampaignDocument, read: ReadDocument<CampaignDocument>, ranges: readonly Fault[]): Fault[] {
  const { atKey, atValue } = read;
  const faults: Fault[] = [];
  const observed = Object.keys(campaign.observe);
  if (Object.keys(campaign.parameters).length === 0) {
    faults.push(atValue(["parameters"], faultOf("campaign.noParameters", "a campaign varies at least one parameter")));
  }
  for (const [name, { unit }] of Object.entries(campaign.parameters)) {
    if (unit === undefined) continue;
    faults.push(...unitFaults(unit).map((fault) => atValue(["parameters", name, "unit"], fault)));
  }
  for (const [name, text] of Object.entries(campaign.observe)) {
    const parsed = parseExpression(text);
    if (!parsed.ok) {
      faults.push(...parsed.faults.map((fault) => atValue(["observe", name], fault, (fault.column ?? 1) - 1)));
    }
    // Such a value would be due when no step is.
    if (parsed.ok && observedSteps({ [name]: text }).length === 0) {
      const fault = faultOf("campaign.observesNothing", `'${name}' names no step's result`, "write step.result");
      faults.push(atValue(["observe", name], fault));
    }
    if (own(campaign.units, name) !== undefined) continue;
    const message = `there is no unit for the observed '${name}'`;
    faults.push(atKey(["observe", name], faultOf("campaign.unitMissing", message, `add ${name}: under units:`)));
  }
  for (const [name, unit] of Object.entries(campaign.units)) {
    faults.push(...unitFaults(unit).map((fault) => atValue(["units", name], fault)));
  }
  faults.push(...ranges);
  for (const key of ["units", "uncertainty", "outcomeConstraints"] as const) {
    for (const name of Object.keys(campaign[key])) {
      if (observed.includes(name)) continue;
      const hint = suggestOrList(name, observed, "observed");
      faults.push(atKey([key, name], faultOf("campaign.observedUnknown", `'${name}' is not observed`, hint)));
    }
  }
  faults.push(...objectiveFaults(campaign, read));
  faults.push(...stopFaults(campaign, read));
  return faults;
}

function stopFaults(
  { stop, budget, objectives = [] }: CampaignDocument,
  { atKey, atValue }: ReadDocument<CampaignDocument>,
) {
  const faults: Fault[] = [];
  const window = stop?.plateau?.experiments ?? 0;
  if (window >= budget.experiments) {
    const message = `a plateau of ${window} experiments cannot show within a budget of ${budget.experiments}`;
    const fault = faultOf("campaign.stopNever", message, "make it shorter, or the budget larger");
    faults.push(atValue(["stop", "plateau", "experiments"], fault));
  }
  const isDesirable = objectives.some(({ desirability }) => desirability !== undefined);
  for (const [rule, key, amount] of [
    ["gain", "moreThan", stop?.gain?.moreThan],
    ["regret", "within", stop?.regret?.within],
  ] as const) {
    if (amount === undefined || objectives.length === 0) continue;
    if (isDesirable) {
      const message = `'${rule}' is told of what is read, and these objectives say what is desirable of it`;
      const fault = faultOf("campaign.stopDesirable", message, "stop by a plateau, or leave the desirability out");
      faults.push(atKey(["stop", rule], fault));
      continue;
    }
    if (amount < 1) continue;
    // Whoever thinks of percent, or of an objective's unit, would have it end at once.
    const message = `of several objectives '${key}' is a share of the front's hypervolume, and ${amount} is all of it or more`;
    const fault = faultOf("campaign.stopShare", message, "write a share below 1, for example 0.05 for 5 %");
    faults.push(atValue(["stop", rule, key], fault));
  }
  return faults;
}

function unitFaults(unit: string): Fault[] {
  const parsed = parseUnit(unit);
  return parsed.ok ? [] : parsed.faults;
}
