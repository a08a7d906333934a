import type { CalibrationRecord } from "../state.ts";

const dayMs = 86_400_000;

/** Returns the instant at which a calibration has expired: the end of its last day, UTC, in ms since 1970; null for never. */
export function expiresAt({ expires }: Pick<CalibrationRecord, "expires">): number | null {
  return expires === null ? null : Date.parse(expires) + dayMs;
}

/** Returns from when on people are told that a calibration runs out, in ms since 1970; null for never. */
export function noticeAt(calibration: Pick<CalibrationRecord, "expires" | "noticeDays">): number | null {
  const end = expiresAt(calibration);
  return end === null ? null : end - calibration.noticeDays * dayMs;
}

/** Returns how a calibration stands at an instant of lab time. */
export function standingOf(calibration: CalibrationRecord, labAt: number): "valid" | "due" | "expired" {
  const [notice, end] = [noticeAt(calibration), expiresAt(calibration)];
  if (end !== null && labAt >= end) return "expired";
  return notice !== null && labAt >= notice ? "due" : "valid";
}

/** Returns why nothing new is started on a device whose calibration is over; null while it may be used. */
export function whyUncalibrated(
  device: string,
  calibration: CalibrationRecord | undefined,
  labAt: number,
): string | null {
  if (calibration === undefined || !calibration.holdsWhenExpired) return null;
  if (standingOf(calibration, labAt) !== "expired") return null;
  return `the calibration ${calibration.reference} of ${device} was valid to ${calibration.expires}; a new one has to be stated`;
}
