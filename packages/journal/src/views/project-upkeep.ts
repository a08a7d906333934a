import type { DeviceView, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

type CalibrationView = NonNullable<DeviceView["calibration"]>;

/** Projects how calibrations stand, and when drivers were loaded anew, beside their devices. */
export function projectUpkeep(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { calibrations, devices } = tables;
  switch (event.type) {
    case "campaign.created":
      for (const [device, { reference, expires }] of Object.entries(event.calibrations ?? {})) {
        stand(device, { reference, expires, standing: "valid" });
      }
      return;
    case "calibration.due":
      return stand(event.device, { reference: event.reference, expires: event.expires, standing: "due" });
    case "calibration.expired":
      return stand(event.device, { reference: event.reference, expires: event.expires, standing: "expired" });
    case "device.calibrated":
      return stand(event.device, { reference: event.reference, expires: event.expires, standing: "valid" });
    case "driver.reloaded": {
      const row = devices.get(event.device);
      if (row === undefined) return;
      const { by, from, to } = event;
      devices.set(
        event.device,
        { ...row, reloads: [{ at: labAt, by, from, to }, ...(row.reloads ?? [])].slice(0, 5) },
        seq,
      );
      return;
    }
    case "device.announced": {
      // A device has a row from its first word on, which comes after its calibration was stated.
      const calibration = calibrations.get(event.device);
      if (calibration !== undefined) stand(event.device, calibration);
      return;
    }
    default:
  }

  function stand(device: string, calibration: CalibrationView): void {
    calibrations.set(device, calibration);
    const row = devices.get(device);
    if (row !== undefined) devices.set(device, { ...row, calibration }, seq);
  }
}
