import type { LabDescription, PlanStep, Values } from "@labloop/contracts";
import { eligibleDevices } from "../check/eligible-operation.ts";
import { own } from "../own.ts";
import type { Envelope } from "./envelope.ts";
import { judgeAct, type Violation } from "./judge-act.ts";
import { judgeTotals } from "./judge-totals.ts";

/** A step of a plan that the envelope does not allow on a device that may be chosen for it. */
export interface PlanViolation extends Violation {
  readonly step: string;
  readonly device: string;
  readonly op: string;
}

/**
 * Returns every step of a plan that is outside the envelope on any device that may do it (E11). A parameter that names a
 * device is known only once roles are bound, so what depends on it is judged at the intent.
 */
export function judgePlan(
  envelope: Envelope,
  plan: { readonly roles: Readonly<Record<string, string>>; readonly steps: readonly PlanStep[] },
  description: LabDescription,
): PlanViolation[] {
  if (envelope.length === 0) return [];
  return plan.steps.flatMap(({ key, role, op, params: planned }) => {
    const params: Values = {};
    for (const [name, value] of Object.entries(planned)) {
      if ("value" in value) params[name] = value.value;
      else if ("place" in value) params[name] = value.place;
    }
    const isOpen = (name: string) => Object.hasOwn(planned, name) && !Object.hasOwn(params, name);
    const judgeable = envelope.map((rule) => ({
      ...rule,
      never: rule.never.filter((combination) => !Object.keys(combination).some(isOpen)),
    }));
    const devices = eligibleDevices(description, own(plan.roles, role) ?? "").map(([id]) => id);
    return devices.flatMap((device) => {
      const act = { device, op, params };
      const violations = [...judgeAct(judgeable, act), ...judgeTotals(judgeable, act, [], 0)];
      return violations.map(({ params: names, message, hint }) => ({
        step: key,
        device,
        op,
        params: names,
        message,
        hint,
      }));
    });
  });
}
