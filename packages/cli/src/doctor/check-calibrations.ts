import type { DeviceCaps, WholeLab } from "@labloop/contracts";
import { fault, fine, type Finding, warning } from "./finding.ts";

const dayMs = 86_400_000;

/**
 * Returns which calibrations have expired or are due, at an instant (ms); they are valid to the end of their day, in UTC. A
 * device whose driver says that its values rest on one, and whose lab states none, is told too.
 */
export function checkCalibrations(
  { devices, mode }: WholeLab,
  caps: Readonly<Record<string, Pick<DeviceCaps, "calibration">>>,
  now: number,
): Finding[] {
  return Object.entries(devices).flatMap(([id, { calibration }]): Finding[] => {
    const about = `device ${id}`;
    if (calibration === undefined) {
      const need = caps[id]?.calibration;
      if (need === undefined || mode === "simulated") return [];
      const what = `${need.values.join(", ")} rests on a calibration every ${need.everyDays} days, and the lab states none`;
      return [warning(about, "calibration.notStated", what, "write calibration: { reference: ..., done: 2026-03-31 }")];
    }
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
