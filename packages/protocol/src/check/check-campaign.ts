import type {
  CampaignDocument,
  Design,
  Fault,
  LabDescription,
  LabDocument,
  Objective,
  Outcome,
  SearchSpace,
  Study,
  WholeLab,
} from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import { type PlacedTable, readPlacedTable, readTable, type Table } from "../documents/read-table.ts";
import type { SourceText } from "../documents/source-text.ts";
import { typeOf } from "../expressions/interpret.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import { resultTypes } from "../expressions/result-scope.ts";
import { faultOf } from "../outcome.ts";
import { observedSteps } from "../observed-steps.ts";
import { own } from "../own.ts";
import { compileSafety, noSafety, type Safety } from "../safety/check-safety.ts";
import { listOf, suggestOrList } from "../suggest.ts";
import { mayHave, mayHaveDevice } from "../unknown-in-lab.ts";
import { mismatchMessage } from "../units/convert.ts";
import { parseUnit } from "../units/parse-unit.ts";
import { isSameDimension } from "../units/unit.ts";
import { readCampaign } from "./check-campaign-document.ts";
import { type Candidates, checkCandidates, spaceOf } from "./check-candidates.ts";
import { readLab } from "./check-lab.ts";
import { singleObjective } from "./check-objectives.ts";
import { exampleFaults, planFaults } from "./check-plans.ts";
import { type ExaminedProtocol, examineProtocol } from "./check-protocol.ts";
import { planCost } from "./plan-cost.ts";
import { type ExamplesOf, placeStudyFaults, spaceOfStudy, studyOf } from "./check-space.ts";
import { checkMaintenance, checkRenewals, controlFaults, type Maintaining, type Renewal } from "./check-upkeep.ts";
import type { CheckedProtocol } from "./checked-protocol.ts";
import { settle } from "./report.ts";
import { wholeCalibrations } from "./whole-calibrations.ts";

/** Every text that a campaign consists of, and what its lab can do. */
export interface CampaignSources {
  readonly campaign: SourceText;
  readonly protocol: SourceText;
  readonly lab: SourceText;
  /** Left out where the campaign names no list. */
  readonly candidates?: SourceText;
  /** Whoever proposes judges what is asked beyond a list. */
  readonly examplesOf: ExamplesOf;
  /** Table name, as in `lab.yaml`, to its CSV text. */
  readonly tables: Readonly<Record<string, SourceText>>;
  /** Its own tables do not count: those in `tables` do. */
  readonly description: LabDescription;
  /** Devices of the lab file that are not there now, and that nothing is known of; none by default. */
  readonly absent?: readonly string[];
}

/** A campaign whose documents fit each other and its lab. */
export interface CheckedCampaign {
  readonly campaign: CampaignDocument;
  readonly protocol: CheckedProtocol;
  /** With its calibrations whole. */
  readonly lab: WholeLab;
  /** What the lab can do, with the tables read. */
  readonly description: LabDescription;
  readonly space: SearchSpace;
  /** The one quantity that tells how good a design is; null of a front. */
  readonly objective: Objective | null;
  /** The envelope and the interlocks of the lab. */
  readonly safety: Safety;
  /** By device: how it is calibrated by its own operation. */
  readonly renewals: Readonly<Record<string, Renewal>>;
  /** By device and name: how a maintenance is done by the device's own operation. */
  readonly maintaining: Maintaining;
  /** In file order, each with the parameters in the order of the space; empty where the campaign has ranges. */
  readonly candidates: readonly Design[];
  /** A point that can be made, standing for all of them. */
  readonly example: Design;
  /** What is asked of the optimizer. */
  readonly study: Study;
}

/** Returns a campaign whose documents fit each other and its lab, or every fault of all of them. */
export function checkCampaign(sources: CampaignSources): Outcome<CheckedCampaign> {
  const campaign = readCampaign(sources.campaign);
  const lab = readLab(sources.lab);
  const tables = readTables(sources.tables);
  const description = { ...sources.description, tables: tables.value };
  const { sound } = lab;
  const protocol = examineProtocol(sources.protocol, description);
  const placed = sources.candidates === undefined ? null : readPlacedTable(sources.candidates);
  const { safety, faults: safetyFaults } =
    sound === null ? { safety: noSafety, faults: [] } : compileSafety(sound, lab, description);
  const whole = sound === null ? { lab: null, faults: [] } : wholeCalibrations(sound, lab, description);
  const renewals = whole.lab === null ? { value: {}, faults: [] } : checkRenewals(whole.lab, lab, description);
  const maintenance = sound === null ? { value: {}, faults: [] } : checkMaintenance(sound, lab, description);
  const mismatches = campaign.value === null ? [] : parameterFaults(campaign.value, campaign, protocol);
  const faults: Fault[] = [
    ...campaign.faults,
    ...(campaign.value === null ? [] : observeFaults(campaign.value, campaign, protocol)),
    ...mismatches,
    // A table that could not be read is not missing as well.
    ...protocol.faults.filter(({ code }) => code !== "lab.tableUnknown" || tables.faults.length === 0),
    ...lab.faults,
    ...(sound === null ? [] : labFaults(sound, lab, description, sources)),
    ...safetyFaults,
    ...whole.faults,
    ...renewals.faults,
    ...maintenance.faults,
    ...tables.faults,
    ...(placed === null || placed.ok ? [] : placed.faults),
  ];
  // Ranges with faults of their own make no study.
  const unsound = campaign.value === null || (placed === null ? !campaign.hasRanges : !placed.ok);
  if (campaign.value === null || unsound) return settle<CheckedCampaign>(null, faults);
  const cost =
    campaign.value.cost === "plan" && protocol.protocol !== null && mismatches.length === 0
      ? planCost(protocol.protocol)
      : null;
  if (cost?.ok === false) faults.push(...cost.faults.map((fault) => campaign.atValue(["cost"], fault)));
  const planned = cost?.ok ? cost.value : null;
  const opened = openPoints(campaign.value, campaign, placed?.ok ? placed.value : null, planned, sources.examplesOf);
  if (!opened.ok) return settle<CheckedCampaign>(null, [...faults, ...opened.faults]);
  const { space, study, candidates, example } = opened.value;
  if (protocol.protocol !== null && mismatches.length === 0) {
    const { protocol: sound } = protocol;
    faults.push(
      ...controlFaults(campaign.value, campaign, { protocol: sound, description, envelope: safety.envelope }),
    );
    const plans = { protocol: sound, atParam: protocol.atParam, description, envelope: safety.envelope };
    faults.push(
      ...(sources.candidates === undefined
        ? exampleFaults(plans, candidates.points, campaign)
        : planFaults(plans, candidates, sources.candidates.file)),
    );
  }
  if (whole.lab === null || protocol.protocol === null) return settle<CheckedCampaign>(null, faults);
  return settle(
    {
      campaign: campaign.value,
      protocol: protocol.protocol,
      lab: whole.lab,
      description,
      space,
      objective: singleObjective(campaign.value),
      safety,
      renewals: renewals.value,
      maintaining: maintenance.value,
      candidates: sources.candidates === undefined ? [] : candidates.points,
      example,
      study,
    },
    faults,
  );
}

/** The points of a campaign: those of its list, or examples of its ranges. */
interface OpenPoints {
  readonly space: SearchSpace;
  readonly study: Study;
  readonly candidates: Candidates;
  readonly example: Design;
}

function openPoints(
  campaign: CampaignDocument,
  read: ReadDocument<CampaignDocument>,
  table: PlacedTable | null,
  planned: Study["cost"] | null,
  examplesOf: ExamplesOf,
): Outcome<OpenPoints> {
  const listed = table === null ? null : checkCandidates(table, campaign.parameters);
  if (listed !== null && !listed.ok) return listed;
  const study = studyOf(campaign, listed?.value.points ?? null, planned);
  const examples = examplesOf(study);
  if (isFaults(examples)) return { ok: false, faults: placeStudyFaults(examples, campaign, read) };
  const candidates = listed?.value ?? { points: examples, lines: [] };
  const [example] = candidates.points;
  if (example === undefined) throw new Error("a space without faults holds no design");
  const space = listed === null ? spaceOfStudy(study) : spaceOf(campaign.parameters, listed.value.points);
  return { ok: true, value: { space, study, candidates, example } };
}

function isFaults(found: readonly (Design | Fault)[]): found is Fault[] {
  const [first] = found;
  return first !== undefined && typeof first["code"] === "string" && typeof first["message"] === "string";
}

function readTables(sources: Readonly<Record<string, SourceText>>): { value: Record<string, Table>; faults: Fault[] } {
  const value: Record<string, Table> = {};
  const faults: Fault[] = [];
  for (const [name, source] of Object.entries(sources)) {
    const table = readTable(source);
    if (table.ok) value[name] = table.value;
    else faults.push(...table.faults);
  }
  return { value, faults };
}

/** What a device measures must reach the unit that the campaign wants. */
function observeFaults(campaign: CampaignDocument, read: ReadDocument<unknown>, protocol: ExaminedProtocol): Fault[] {
  if (protocol.document === null) return [];
  const unresolved = new Set(
    protocol.document.steps.flatMap(({ step }) => (protocol.operations.has(step) ? [] : [step])),
  );
  const scope = resultTypes(new Map([...protocol.operations].map(([step, { result }]) => [step, result])));
  return Object.entries(campaign.observe).flatMap(([name, text]) => {
    const parsed = parseExpression(text);
    const unit = parseUnit(own(campaign.units, name) ?? "");
    // Both are faults of the campaign by itself, and told there.
    if (!parsed.ok || !unit.ok) return [];
    const type = typeOf(parsed.value, scope);
    const place = (fault: Fault) => read.atValue(["observe", name], fault, (fault.column ?? 1) - 1);
    // While a step is not understood, nobody knows what it would have returned.
    const isOpen = observedSteps({ [name]: text }).some((step) => unresolved.has(step));
    if (!type.ok) return isOpen ? [] : type.faults.map(place);
    if (type.value.kind !== "quantity") {
      const hint = type.value.kind === "series" ? "take its max, mean, last or integral" : undefined;
      return [place(faultOf("campaign.observedType", `'${name}' must be one number`, hint))];
    }
    if (own(campaign.units, name) === undefined || isSameDimension(type.value.unit, unit.value)) return [];
    const message = `'${name}' cannot be given in '${unit.value.code}': ${mismatchMessage(type.value.unit, unit.value)}`;
    return [read.atValue(["units", name], faultOf("campaign.observedUnit", message))];
  });
}

/** The campaign's parameters are the protocol's inputs, unit for unit, so that one number means the same to both. */
function parameterFaults(campaign: CampaignDocument, read: ReadDocument<unknown>, protocol: ExaminedProtocol): Fault[] {
  if (protocol.document === null) return [];
  const { inputs } = protocol.document;
  const faults = Object.entries(campaign.parameters).flatMap(([name, parameter]): Fault[] => {
    const input = own(inputs, name);
    if (input === undefined) {
      const hint = suggestOrList(name, Object.keys(inputs), "inputs");
      const fault = faultOf("campaign.parameterUnknown", `the protocol has no input '${name}'`, hint);
      return [read.atKey(["parameters", name], fault)];
    }
    if (parameter.options !== undefined || input.options !== undefined) {
      return namedFaults(name, parameter.options, input.options).map((fault) =>
        read.atKey(["parameters", name], fault),
      );
    }
    const [unit, wanted] = [parseUnit(parameter.unit ?? ""), parseUnit(input.unit ?? "")];
    if (!unit.ok || !wanted.ok || unit.value.code === wanted.value.code) return [];
    const message = `the protocol takes '${name}' in '${wanted.value.code}', not in '${unit.value.code}'`;
    const fault = faultOf("campaign.parameterUnit", message, `write unit: ${wanted.value.code}`);
    return [read.atValue(["parameters", name, "unit"], fault)];
  });
  for (const name of Object.keys(inputs)) {
    if (Object.hasOwn(campaign.parameters, name)) continue;
    const message = `the protocol's input '${name}' is not among the parameters`;
    faults.push(read.atKey(["parameters"], faultOf("campaign.parameterMissing", message)));
  }
  return faults;
}

/** Options of a campaign are among those of the protocol, and numbers are varied as numbers. */
function namedFaults(
  name: string,
  varied: readonly string[] | undefined,
  taken: readonly string[] | undefined,
): Fault[] {
  if (varied === undefined) {
    const message = `the protocol takes '${name}' as one of ${listOf(taken ?? [])}`;
    return [faultOf("campaign.parameterOptions", message, "write options: with those that may be tried")];
  }
  if (taken === undefined) {
    const message = `the protocol takes '${name}' as a number, and the campaign names options`;
    return [
      faultOf("campaign.parameterOptions", message, "give it a unit and a range, or the protocol's input options"),
    ];
  }
  return varied
    .filter((option) => !taken.includes(option))
    .map((option) => {
      const hint = suggestOrList(option, taken, "options");
      return faultOf("campaign.optionUnknown", `the protocol's input '${name}' cannot be '${option}'`, hint);
    });
}

function labFaults(
  lab: LabDocument,
  read: ReadDocument<unknown>,
  description: LabDescription,
  { tables, absent = [] }: CampaignSources,
): Fault[] {
  const faults: Fault[] = [];
  if (description.lab !== lab.lab || description.mode !== lab.mode) {
    const message = `the devices were described for the ${description.mode} lab '${description.lab}', not for this one`;
    faults.push(read.atValue(["lab"], faultOf("lab.descriptionOther", message)));
  }
  for (const device of Object.keys(lab.devices)) {
    if (Object.hasOwn(description.devices, device) || absent.includes(device)) continue;
    if (mayHaveDevice(description, device)) continue;
    const fault = faultOf("lab.deviceUndescribed", `nothing is known of what '${device}' can do`, "check its module");
    faults.push(read.atKey(["devices", device], fault));
  }
  for (const table of Object.keys(lab.tables)) {
    if (Object.hasOwn(tables, table) || mayHave(description, "tables", table)) continue;
    faults.push(read.atKey(["tables", table], faultOf("lab.tableMissing", `the table '${table}' was not read`)));
  }
  return faults;
}
