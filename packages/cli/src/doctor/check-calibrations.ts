import type { LabDocument } from "@labloop/contracts";
import { fault, fine, type Finding, warning } from "./finding.ts";

const dayMs = 86_400_000;

/** Returns which calibrations have expired or are due, at an instant (ms); they are valid to the end of their day, in UTC. */
export function checkCalibrations({ devices, mode }: LabDocument, now: number): Finding[] {
  return Object.entries(devices).flatMap(([id, { calibration }]): Finding[] => {
    const about = `device ${id}`;
    if (calibration === undefined) return [];
    const { reference, expires, noticeDays, whenExpired } = calibration;
    const mend = "have it calibrated, and write its new reference and date into the lab file";
    if (expires === null) {
      if (mode === "simulated") return [];
      const what = `its calibration ${reference} has no date`;
      return [warning(about, "calibration.noDate", what, "write until when it is valid, as in expires: 2027-03-31")];
    }
    const left = Math.floor((Date.parse(expires) + dayMs - 1 - now) / dayMs);
    if (left < 0) {
      const what = `its calibration ${reference} expired on ${expires}`;
      if (whenExpired === "warn")
        return [warning(about, "calibration.expired", `${what}; it is used all the same`, mend)];
      return [fault(about, "calibration.expired", `${what}: nothing is started on it`, mend)];
    }
    if (left <= noticeDays) {
      const when = left === 0 ? "today" : `in ${left} ${left === 1 ? "day" : "days"}`;
      return [warning(about, "calibration.due", `its calibration ${reference} expires ${when} (${expires})`, mend)];
    }
    return [fine(about, "calibration.valid", `calibrated (${reference}) until ${expires}`)];
  });
}
