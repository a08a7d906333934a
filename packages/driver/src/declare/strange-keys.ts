import { LabError } from "@labloop/contracts";

const ofDevice = wordsOf(
  "kind driverVersion capability title manual metHardware api link config connect identify halt watchdog park local",
  "telemetry health calibration faults docs operations",
);
const ofOperation = wordsOf(
  "title description version params result retryClass duration locks asks hasPartials",
  "run baseline start watch finish probe probes stop pause resume everyMs",
);

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

function wordsOf(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
