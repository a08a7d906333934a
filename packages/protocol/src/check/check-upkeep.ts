import type {
  CampaignDocument,
  Fault,
  LabDescription,
  LabDocument,
  MaintenanceWatch,
  WholeLab,
} from "@labloop/contracts";
import { compilePlan } from "../compile-plan.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import type { Envelope } from "../safety/envelope.ts";
import { suggestOrList } from "../suggest.ts";
import { type ReadLab, readLab } from "./check-lab.ts";
import { examineProtocol } from "./check-protocol.ts";
import type { CheckedProtocol } from "./checked-protocol.ts";
import { wholeCalibrations } from "./whole-calibrations.ts";

/** Returns what is wrong with how a lab file has its devices calibrated and maintained. */
export function checkUpkeep(source: SourceText, description: LabDescription): Fault[] {
  const read = readLab(source);
  if (read.sound === null) return [];
  const { lab, faults } = wholeCalibrations(read.sound, read, description);
  const renewals = checkRenewals(lab, read, description);
  return [...faults, ...renewals.faults, ...checkMaintenance(read.sound, read, description).faults];
}

/** How a device is calibrated by its own operation: a protocol of one step, in a lab of that device alone. */
export interface Renewal {
  readonly protocol: CheckedProtocol;
  readonly description: LabDescription;
}

type Renew = NonNullable<NonNullable<WholeLab["devices"][string]["calibration"]>["renew"]>;

/** Returns how each device is calibrated whose lab file says by which operation, and what is wrong with that. */
export function checkRenewals(
  lab: WholeLab,
  read: ReadDocument<LabDocument>,
  description: LabDescription,
): { readonly value: Readonly<Record<string, Renewal>>; readonly faults: readonly Fault[] } {
  const value: Record<string, Renewal> = {};
  const faults: Fault[] = [];
  for (const [device, { calibration }] of Object.entries(lab.devices)) {
    const described = own(description.devices, device);
    if (calibration?.renew === undefined || described === undefined) continue;
    const place = ["devices", device, "calibration", "renew"];
    const checked = renewalOf(device, "calibrate", calibration.renew, place, read, description);
    if (checked.value !== null) value[device] = checked.value;
    faults.push(...checked.faults);
  }
  return { value, faults };
}

/** By device and name: how a maintenance is done by the device's own operation. */
export type Maintaining = Readonly<Record<string, Readonly<Record<string, Renewal>>>>;

/** Returns how maintenance is done whose lab file says by which operation, and what is wrong with what the file states of any. */
export function checkMaintenance(
  lab: LabDocument,
  read: ReadLab,
  description: LabDescription,
): { readonly value: Maintaining; readonly faults: readonly Fault[] } {
  const value: Record<string, Record<string, Renewal>> = {};
  const faults: Fault[] = [];
  for (const [device, { maintenance = [] }] of Object.entries(lab.devices)) {
    const described = own(description.devices, device);
    if (described === undefined) continue;
    for (const [index, { name, after, renew }] of maintenance.entries()) {
      const place = ["devices", device, "maintenance", index];
      if (read.value === null && !read.isWhole(place)) continue;
      for (const [which, op] of (after.of ?? []).entries()) {
        if (own(described.operations, op) !== undefined) continue;
        const hint = suggestOrList(op, Object.keys(described.operations), "it has");
        const fault = faultOf("lab.operationUnknown", `${device} has no operation ${op} to be counted`, hint);
        faults.push(read.atValue([...place, "after", "of", which], fault));
      }
      if (renew === undefined) continue;
      const checked = renewalOf(device, "maintain", renew, [...place, "renew"], read, description);
      if (checked.value !== null) value[device] = { ...value[device], [name]: checked.value };
      faults.push(...checked.faults);
    }
  }
  return { value, faults };
}

function renewalOf(
  device: string,
  does: "calibrate" | "maintain",
  renew: Renew | NonNullable<MaintenanceWatch["renew"]>,
  place: readonly (string | number)[],
  read: ReadDocument<LabDocument>,
  description: LabDescription,
): { readonly value: Renewal | null; readonly faults: readonly Fault[] } {
  const described = own(description.devices, device);
  if (described === undefined) return { value: null, faults: [] };
  const alone = { ...description, devices: { [device]: described } };
  const text = JSON.stringify(protocolOf(does, renew, described.capability));
  const { protocol, faults } = examineProtocol({ file: device, text }, alone);
  if (protocol !== null && faults.length === 0) return { value: { protocol, description: alone }, faults: [] };
  const placed = faults.map(({ code, message, hint, path }) => {
    const name = /\.with\.(.+)$/.exec(path ?? "")?.[1];
    return read.atValue(
      [...place, ...(name === undefined ? ["operation"] : ["with", name])],
      faultOf(code, message, hint),
    );
  });
  return { value: null, faults: placed };
}

/** JSON is YAML, so the protocol is checked by the same rules as one that a person has written. */
function protocolOf(
  does: "calibrate" | "maintain",
  { operation, with: values }: Pick<Renew, "operation" | "with">,
  capability: string,
): object {
  return {
    schemaVersion: 1,
    protocol: does === "calibrate" ? "calibration" : "maintenance",
    version: "1.0.0",
    title: { en: does === "calibrate" ? "Calibration" : "Maintenance" },
    roles: { device: capability },
    inputs: {},
    steps: [{ step: does, use: `device.${operation}`, with: values }],
  };
}

/** Returns what is wrong with a campaign's control sample: it must be a point that the lab can make, judged by what is observed. */
export function controlFaults(
  campaign: CampaignDocument,
  read: ReadDocument<CampaignDocument>,
  lab: { readonly protocol: CheckedProtocol; readonly description: LabDescription; readonly envelope: Envelope },
): Fault[] {
  const { control } = campaign;
  if (control === undefined) return [];
  const faults = Object.keys(control.accept).flatMap((name) => {
    if (own(campaign.observe, name) !== undefined) return [];
    const hint = suggestOrList(name, Object.keys(campaign.observe), "observed");
    return [
      read.atKey(["control", "accept", name], faultOf("campaign.observedUnknown", `'${name}' is not observed`, hint)),
    ];
  });
  if (Object.keys(control.accept).length === 0) {
    faults.push(
      read.atValue(
        ["control", "accept"],
        faultOf("campaign.controlUnjudged", "a control sample is judged by at least one limit"),
      ),
    );
  }
  const { protocol, description, envelope } = lab;
  const plan = compilePlan(protocol, control.parameters, description, { protocol: "" }, envelope);
  if (plan.ok) return faults;
  const at = (fault: Fault) =>
    read.atValue(["control", "parameters"], { ...fault, message: `the control sample: ${fault.message}` });
  return [...faults, ...plan.faults.map(at)];
}
