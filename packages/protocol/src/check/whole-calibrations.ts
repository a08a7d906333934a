import type {
  CalibrationNeed,
  CalibrationStatement,
  CalibrationWatch,
  Fault,
  LabDescription,
  LabDocument,
  WholeLab,
} from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import type { ReadLab } from "./check-lab.ts";

const dayMs = 86_400_000;

/**
 * Returns a lab with its calibrations whole, each with what its driver declares wherever the file is silent; one that is
 * not whole even so is left out, with a fault that names what is missing.
 */
export function wholeCalibrations(
  lab: LabDocument,
  read: Pick<ReadLab, "atValue" | "isWhole">,
  { devices: described }: Pick<LabDescription, "devices">,
): { readonly lab: WholeLab; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const devices = Object.entries(lab.devices).map(([id, { calibration: stated, ...device }]) => {
    if (stated === undefined) return [id, device] as const;
    const known = own(described, id);
    const place = ["devices", id, "calibration"];
    if (!read.isWhole(place)) return [id, device] as const;
    const found = wholeCalibration(id, stated, known?.calibration);
    // Of a device that is not there now nobody knows what its driver declares.
    if (known !== undefined) {
      faults.push(...found.faults.map(({ key, fault }) => read.atValue(key === null ? place : [...place, key], fault)));
    }
    return [id, { ...device, ...(found.watch === null ? {} : { calibration: found.watch }) }] as const;
  });
  return { lab: { ...lab, devices: Object.fromEntries(devices) }, faults };
}

interface PlacedFault {
  readonly key: "done" | "renew" | null;
  readonly fault: Fault;
}

function wholeCalibration(
  device: string,
  stated: CalibrationStatement,
  need: CalibrationNeed | undefined,
): { readonly watch: CalibrationWatch | null; readonly faults: readonly PlacedFault[] } {
  const faults: PlacedFault[] = [];
  const refuse = (key: PlacedFault["key"], message: string, hint: string) =>
    void faults.push({ key, fault: faultOf("lab.calibrationNotWhole", message, hint) });
  const reference = stated.reference ?? need?.reference;
  if (reference === undefined) {
    refuse(
      null,
      `${device}: neither the lab file nor its driver names a reference`,
      "write reference: as on its certificate",
    );
  }
  const expires = lastDayOf(stated, need);
  if (expires === undefined && stated.done === undefined) {
    const instead =
      need === undefined ? "" : `; or done: with the day of it, and it is valid for ${need.everyDays} days`;
    refuse(
      null,
      `${device}: nothing says until when it is valid`,
      `write expires: with its last day, or null${instead}`,
    );
  } else if (expires === undefined) {
    refuse(
      "done",
      `${device}: its driver does not say how long a calibration is valid`,
      "write expires: with its last day",
    );
  }
  const { renew, isWhole } = renewalOf(stated.renew, need);
  if (!isWhole) {
    const hint = "write renew: { operation: ..., validDays: ... }";
    refuse("renew", `${device}: its driver does not say by which operation, or for how long`, hint);
  }
  if (reference === undefined || expires === undefined || !isWhole) return { watch: null, faults };
  const watch: CalibrationWatch = {
    reference,
    expires,
    noticeDays: stated.noticeDays ?? need?.noticeDays ?? 14,
    whenExpired: stated.whenExpired ?? need?.whenExpired ?? "hold",
    ...(renew === null ? {} : { renew }),
  };
  return { watch, faults };
}

/** Its last day; undefined when nobody says. */
function lastDayOf(
  { expires, done }: CalibrationStatement,
  need: CalibrationNeed | undefined,
): string | null | undefined {
  if (expires !== undefined || done === undefined || need === undefined) return expires;
  return new Date(Date.parse(done) + need.everyDays * dayMs).toISOString().slice(0, 10);
}

function renewalOf(
  stated: CalibrationStatement["renew"],
  need: CalibrationNeed | undefined,
): { readonly renew: NonNullable<CalibrationWatch["renew"]> | null; readonly isWhole: boolean } {
  if (stated === false || (stated === undefined && need?.renew === undefined)) return { renew: null, isWhole: true };
  const operation = stated?.operation ?? need?.renew?.operation;
  const validDays = stated?.validDays ?? need?.everyDays;
  if (operation === undefined || validDays === undefined) return { renew: null, isWhole: false };
  // What the driver gives its own operation means nothing to another one.
  const usual = operation === need?.renew?.operation ? need.renew.with : undefined;
  return { renew: { operation, with: { ...usual, ...stated?.with }, validDays }, isWhole: true };
}
