import type { EnvelopeRule, Fault, LabDescription, Outcome, Quantity, ValueSpec } from "@labloop/contracts";
import { eligibleDevices } from "../check/eligible-operation.ts";
import { faultOf } from "../outcome.ts";
import { own } from "../own.ts";
import { suggestOrList } from "../suggest.ts";
import { convert } from "../units/convert.ts";
import type { Path } from "../documents/yaml-tree.ts";
import { type Condition, type Limit, longestWindowMs, type Rule, type Total } from "./envelope.ts";
import { mayHaveCapability, mayHaveDevice } from "../unknown-in-lab.ts";
import { boundFault, readBound, readDuration, unitFault } from "./read-bound.ts";

/** Takes a fault of a rule, and where in the rule it stands. */
export type ReportAt = (path: Path, fault: Fault) => void;

/** Returns a rule of the envelope as the lab's devices understand it; null when it names what they do not know. */
export function compileRule(rule: EnvelopeRule, description: LabDescription, report: ReportAt): Rule | null {
  const devices = devicesOf(rule, description, report);
  const offers = devices.flatMap((id) => {
    const operation = own(own(description.devices, id)?.operations ?? {}, rule.operation);
    return operation === undefined ? [] : [operation];
  });
  if (devices.length === 0) return null;
  if (offers.length < devices.length) {
    const known = [...new Set(devices.flatMap((id) => Object.keys(description.devices[id]?.operations ?? {})))];
    const message = `${devices.join(", ")} has no operation '${rule.operation}'`;
    report(
      ["operation"],
      faultOf("envelope.operationUnknown", message, suggestOrList(rule.operation, known, "operations")),
    );
    return null;
  }

  /** What the devices say a parameter must be; empty, and told, when one of them takes no such parameter. */
  const specsOf = (param: string, path: Path): ValueSpec[] => {
    const specs = offers.flatMap(({ params }) => own(params, param) ?? []);
    if (specs.length === offers.length) return specs;
    const known = Object.keys(offers[0]?.params ?? {});
    const message = `'${rule.operation}' takes no parameter '${param}'`;
    report(path, faultOf("envelope.paramUnknown", message, suggestOrList(param, known, "parameters")));
    return [];
  };
  const bound = (written: string | number | undefined, specs: readonly ValueSpec[], path: Path): Quantity | null => {
    if (written === undefined) return null;
    const read = readBound(written);
    const faults = read.ok ? specs.flatMap((spec) => boundFault(read.value, spec) ?? []) : read.faults;
    if (faults[0] !== undefined) report(path, faults[0]);
    return read.ok ? read.value : null;
  };

  const limits: Record<string, Limit> = {};
  for (const [param, { min, max }] of Object.entries(rule.limits)) {
    const specs = specsOf(param, ["limits", param]);
    const limit = {
      min: bound(min, specs, ["limits", param, "min"]),
      max: bound(max, specs, ["limits", param, "max"]),
    };
    if (isEmpty(limit)) report(["limits", param], faultOf("envelope.empty", "the least is above the most"));
    limits[param] = limit;
  }
  const totals = rule.totals.map((total, i): Total => {
    const specs = total.of === undefined ? [] : specsOf(total.of, ["totals", i, "of"]);
    const max = bound(total.max, specs, ["totals", i, "max"]) ?? { value: 0, unit: "1" };
    const wrong = total.of === undefined ? unitFault(max.unit, "1") : undefined;
    if (wrong !== undefined) report(["totals", i, "max"], wrong);
    const within = settleWindow(readDuration(total.within), (fault) => report(["totals", i, "within"], fault));
    return { of: total.of ?? null, max, windowMs: within };
  });
  const never = rule.never.map((combination, i) => {
    const conditions: Record<string, Condition> = {};
    for (const [param, { above, below, is }] of Object.entries(combination)) {
      const path = ["never", i, param];
      const specs = specsOf(param, path);
      conditions[param] = {
        above: bound(above, specs, [...path, "above"]),
        below: bound(below, specs, [...path, "below"]),
        is: is ?? null,
      };
    }
    return conditions;
  });
  return { devices, operation: rule.operation, limits, totals, never };
}

function devicesOf({ device, capability }: EnvelopeRule, description: LabDescription, report: ReportAt): string[] {
  if (device !== undefined) {
    if (Object.hasOwn(description.devices, device)) return [device];
    if (mayHaveDevice(description, device)) return [];
    const hint = suggestOrList(device, Object.keys(description.devices), "devices");
    report(["device"], faultOf("envelope.deviceUnknown", `there is no device '${device}'`, hint));
    return [];
  }
  const devices = eligibleDevices(description, capability ?? "").map(([id]) => id);
  if (devices.length > 0 || mayHaveCapability(description, capability ?? "")) return devices.toSorted();
  const known = [...new Set(Object.values(description.devices).map((each) => each.capability))];
  const hint = suggestOrList(capability ?? "", known, "capabilities");
  report(["capability"], faultOf("envelope.capabilityUnknown", `no device of this lab is a ${capability}`, hint));
  return [];
}

function isEmpty({ min, max }: Limit): boolean {
  if (min === null || max === null) return false;
  const least = convert(min.value, min.unit, max.unit);
  return least.ok && least.value > max.value;
}

function settleWindow(window: Outcome<number>, report: (fault: Fault) => void): number {
  if (!window.ok) {
    for (const fault of window.faults.slice(0, 1)) report(fault);
    return longestWindowMs;
  }
  if (window.value > longestWindowMs) report(faultOf("envelope.window", "acts are counted over at most 7 d"));
  return window.value;
}
