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
      const { device, by, from, to } = event;
      const reloads = [{ at: labAt, by, from, to }, ...(tables.reloads.get(device) ?? [])].slice(0, 5);
      tables.reloads.set(device, reloads);
      const row = devices.get(device);
      if (row !== undefined) devices.set(device, { ...row, reloads }, seq);
      return;
    }
    case "device.announced": {
      // A device has a row from its first word on, which comes after its calibration was stated, and after a first driver that
      // did not load has been replaced.
      const [row, reloads] = [devices.get(event.device), tables.reloads.get(event.device)];
      if (row !== undefined && reloads !== undefined) devices.set(event.device, { ...row, reloads }, seq);
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
