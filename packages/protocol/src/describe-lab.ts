import type { DeviceCaps, LabDescription, LabDocument } from "@labloop/contracts";

/** Returns what a lab can do, from its document, what its devices announce, and its tables; `unknown` is what could not be read. */
export function describeLab(
  lab: LabDocument,
  capsOf: Readonly<Record<string, DeviceCaps>>,
  tables: LabDescription["tables"],
  unknown?: LabDescription["unknown"],
): LabDescription {
  const devices: LabDescription["devices"] = {};
  for (const [id, { kind, capability, operations, telemetry, calibration }] of Object.entries(capsOf)) {
    devices[id] = {
      kind,
      capability,
      operations: Object.fromEntries(
        Object.entries(operations).map(([name, { params, result, retryClass, duration }]) => [
          name,
          { params, result, retryClass, duration },
        ]),
      ),
      ...(telemetry === undefined
        ? {}
        : {
            telemetry: Object.fromEntries(Object.entries(telemetry).map(([channel, { unit }]) => [channel, unit])),
          }),
      ...(calibration === undefined ? {} : { calibration }),
    };
  }
  const { lab: name, mode, places } = lab;
  return { lab: name, mode, devices, places, tables, ...(unknown === undefined ? {} : { unknown }) };
}
