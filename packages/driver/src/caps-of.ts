import type { DeviceCaps, Duration } from "@labloop/contracts";
import type { DeviceDefinition, DurationDeclaration } from "./define-device.ts";

/** What is known of an instrument only once it has answered. */
export interface InstrumentIdentity {
  readonly serial: string | null;
  readonly firmware: string | null;
}

/** What the kit does for every device, whatever its driver (contract section 16). */
const kitFeatures = [
  "estop",
  "http-results",
  "large-results",
  "limits",
  "local-control",
  "precond",
  "reconcile-journal",
  "requires",
];

/** Returns what of the contract's optional parts a device has, by name, sorted. */
function featuresOf<Config, Session>({
  operations,
  telemetry,
  health,
  watchdog,
}: DeviceDefinition<Config, Session>): string[] {
  const declared = Object.values(operations);
  const own: Readonly<Record<string, boolean>> = {
    answers: declared.some(({ asks }) => asks !== undefined),
    health: health !== undefined,
    locks: declared.some(({ locks }) => locks !== undefined),
    partial: declared.some(({ hasPartials }) => hasPartials === true),
    pause: declared.some(({ pause, resume }) => pause !== undefined && resume !== undefined),
    probe: declared.some(({ probes }) => probes !== false),
    telemetry: telemetry !== undefined,
    watchdog: watchdog !== undefined,
  };
  return [...kitFeatures, ...Object.keys(own).filter((name) => own[name])].sort();
}

/** Returns what a device announces of itself: pure, so that CI and the dashboard can ask without a device. */
export function capsOf<Config, Session>(
  definition: DeviceDefinition<Config, Session>,
  known: InstrumentIdentity & { readonly heartbeatMs: number },
): DeviceCaps {
  const operations: DeviceCaps["operations"] = {};
  for (const [name, operation] of Object.entries(definition.operations)) {
    operations[name] = {
      title: operation.title,
      version: operation.version,
      params: operation.params,
      result: operation.result,
      retryClass: operation.retryClass ?? "non-repeatable",
      duration: copyOf(operation.duration),
      stoppable: operation.stop !== undefined,
      ...(operation.pause === undefined || operation.resume === undefined ? {} : { pausable: true }),
      ...(operation.hasPartials === true ? { partial: true } : {}),
      ...(operation.probes === undefined ? {} : { probes: operation.probes }),
      ...(operation.asks === undefined ? {} : { asks: operation.asks }),
      ...(operation.locks === undefined ? {} : { locks: [...operation.locks] }),
    };
  }
  return {
    kind: definition.kind,
    capability: definition.capability,
    driverVersion: definition.driverVersion,
    serial: known.serial,
    firmware: known.firmware,
    operations,
    contract: { major: 1, features: featuresOf(definition) },
    heartbeatMs: known.heartbeatMs,
    ...(definition.telemetry === undefined ? {} : { telemetry: { ...definition.telemetry.channels } }),
    ...(definition.calibration === undefined
      ? {}
      : { calibration: { ...definition.calibration, values: [...definition.calibration.values] } }),
    ...(definition.watchdog === undefined ? {} : { watchdog: { ...definition.watchdog } }),
  };
}

function copyOf({ typicalMs, maxMs, byParams }: DurationDeclaration): Duration {
  if (byParams === undefined) return { typicalMs, maxMs };
  const terms = byParams.terms.map(({ ms, of, per }) => ({
    ms,
    ...(of === undefined ? {} : { of: [...of] }),
    ...(per === undefined ? {} : { per: [...per] }),
  }));
  return { typicalMs, maxMs, byParams: { baseMs: byParams.baseMs, terms } };
}
