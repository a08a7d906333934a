import type { CampaignDocument, Fault, LabDescription, LabDocument } from "@labloop/contracts";
import { compilePlan } from "../compile-plan.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import type { Envelope } from "../safety/envelope.ts";
import { suggestOrList } from "../suggest.ts";
import { examineProtocol } from "./check-protocol.ts";
import type { CheckedProtocol } from "./checked-protocol.ts";

/** How a device is calibrated by its own operation: a protocol of one step, in a lab of that device alone. */
export interface Renewal {
  readonly protocol: CheckedProtocol;
  readonly description: LabDescription;
}

/** Returns how each device is calibrated whose lab file says by which operation, and what is wrong with that. */
export function checkRenewals(
  lab: LabDocument,
  read: ReadDocument<LabDocument>,
  description: LabDescription,
): { readonly value: Readonly<Record<string, Renewal>>; readonly faults: readonly Fault[] } {
  const value: Record<string, Renewal> = {};
  const faults: Fault[] = [];
  for (const [device, { calibration }] of Object.entries(lab.devices)) {
    const described = own(description.devices, device);
    const renew = calibration?.renew;
    if (renew === undefined || described === undefined) continue;
    const alone = { ...description, devices: { [device]: described } };
    const examined = examineProtocol({ file: device, text: JSON.stringify(protocolOf(renew, described)) }, alone);
    if (examined.protocol !== null && examined.faults.length === 0) {
      value[device] = { protocol: examined.protocol, description: alone };
    }
    for (const { code, message, hint, path } of examined.faults) {
      const name = /\.with\.(.+)$/.exec(path ?? "")?.[1];
      const place = [
        "devices",
        device,
        "calibration",
        "renew",
        ...(name === undefined ? ["operation"] : ["with", name]),
      ];
      faults.push(read.atValue(place, faultOf(code, message, hint)));
    }
  }
  return { value, faults };
}

/** JSON is YAML, so the protocol is checked by the same rules as one that a person has written. */
function protocolOf(
  { operation, with: values }: NonNullable<NonNullable<LabDocument["devices"][string]["calibration"]>["renew"]>,
  { capability }: LabDescription["devices"][string],
): object {
  return {
    schemaVersion: 1,
    protocol: "calibration",
    version: "1.0.0",
    title: { en: "Calibration" },
    roles: { device: capability },
    inputs: {},
    steps: [{ step: "calibrate", use: `device.${operation}`, with: values }],
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
