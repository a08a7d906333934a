import type { DeviceCaps, LabDescription, LabDocument } from "@labloop/contracts";

/** What is known of a lab beside what its devices announce. */
interface Beside {
  /** What could not be read. */
  readonly unknown?: LabDescription["unknown"];
  /** By device: real time from one reading to the next, ms. */
  readonly telemetryEveryMs?: Readonly<Record<string, number>>;
}

/** Returns what a lab can do, from its document, what its devices announce, and its tables. */
export function describeLab(
  lab: LabDocument,
  capsOf: Readonly<Record<string, DeviceCaps>>,
  tables: LabDescription["tables"],
  { unknown, telemetryEveryMs = {} }: Beside = {},
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
      ...(telemetryEveryMs[id] === undefined ? {} : { telemetryEveryMs: telemetryEveryMs[id] }),
      ...(calibration === undefined ? {} : { calibration }),
    };
  }
  const { lab: name, mode, places } = lab;
  return { lab: name, mode, devices, places, tables, ...(unknown === undefined ? {} : { unknown }) };
}
