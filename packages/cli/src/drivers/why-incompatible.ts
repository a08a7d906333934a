import { canonicalJson, type DeviceCaps, type Fault } from "@labloop/contracts";

/**
 * Returns why a driver may not take the place of another while plans that were made for that one are under way: what they
 * order would be refused, or mean something else. New operations, other durations and other texts are no reason.
 */
export function whyIncompatible(device: string, before: DeviceCaps, after: DeviceCaps): Fault[] {
  const faults: Fault[] = [];
  const add = (what: string) => {
    const hint = "end the campaign first, then start labloop again with this driver; until then put it back as it was";
    faults.push({ code: "driver.incompatible", message: `${device}: ${what}`, hint });
  };
  if (before.capability !== after.capability) {
    add(`it was a ${before.capability}, and the new driver makes it a ${after.capability}`);
  }
  for (const [op, was] of Object.entries(before.operations)) {
    const is = after.operations[op];
    if (is === undefined) {
      add(`the new driver no longer knows the operation "${op}"`);
      continue;
    }
    const parts = (["params", "result", "retryClass", "version"] as const).filter(
      (part) => canonicalJson(was[part]) !== canonicalJson(is[part]),
    );
    if (parts.length > 0) add(`the operation "${op}" has another ${parts.join(", ")} in the new driver`);
  }
  const channels = Object.entries(before.telemetry ?? {});
  const lost = channels.filter(([name, { unit }]) => after.telemetry?.[name]?.unit !== unit).map(([name]) => name);
  if (lost.length > 0) add(`the new driver no longer reports ${lost.join(", ")} in the same unit`);
  return faults;
}
