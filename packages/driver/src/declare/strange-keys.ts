import { LabError } from "@labloop/contracts";
import type { DeviceFrame } from "../define-device.ts";
import type { FamilyHead } from "./family-head.ts";
import type { AnyForm } from "./operation-form.ts";

type KeyOf<Form> = Form extends unknown ? keyof Form : never;

// As objects, so that the compiler asks for a key that a declaration gains, and refuses one that none has.
const ofDevice = Object.keys({
  kind: true,
  driverVersion: true,
  capability: true,
  title: true,
  manual: true,
  metHardware: true,
  api: true,
  link: true,
  config: true,
  connect: true,
  identify: true,
  halt: true,
  watchdog: true,
  park: true,
  local: true,
  telemetry: true,
  health: true,
  calibration: true,
  faults: true,
  docs: true,
  operations: true,
} satisfies Record<keyof FamilyHead | keyof DeviceFrame | "config" | "identify" | "operations" | "calibration", true>);
const ofOperation = Object.keys({
  title: true,
  description: true,
  version: true,
  params: true,
  result: true,
  retryClass: true,
  duration: true,
  locks: true,
  asks: true,
  hasPartials: true,
  run: true,
  baseline: true,
  start: true,
  watch: true,
  finish: true,
  probe: true,
  stop: true,
  pause: true,
  resume: true,
  everyMs: true,
} satisfies Record<KeyOf<AnyForm<unknown>>, true>);

/**
 * Throws `driver.form` for keys that a declaration cannot have. The compiler says so, too; where nobody asked it, a misspelt
 * `halt` or `stop` would be a driver that stops nothing.
 */
export function refuseStrangeKeys(declaration: { readonly operations: Readonly<Record<string, object>> }): void {
  const strange = [
    ...strangeIn(declaration, ofDevice).map((key) => `a device has no "${key}"`),
    ...Object.entries(declaration.operations).flatMap(([name, form]) =>
      strangeIn(form, ofOperation).map((key) => `an operation, as ${name}, has no "${key}"`),
    ),
  ];
  if (strange.length === 0) return;
  const hint = `a device may have ${ofDevice.join(", ")}; an operation ${ofOperation.join(", ")}`;
  throw new LabError("driver.form", strange.join("; "), { hint });
}

function strangeIn(given: object, known: readonly string[]): string[] {
  return Object.keys(given).filter((key) => !known.includes(key));
}
