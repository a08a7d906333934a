import type { Quantity, ValueSpecs } from "@labloop/contracts";
import { own } from "../own.ts";
import type { Envelope } from "./envelope.ts";
import { numberIn, rounding } from "./judge-act.ts";

/** The least and the most that a parameter may be, in the unit of the operation. */
interface SentLimit {
  readonly minimum?: number;
  readonly maximum?: number;
}

/**
 * Returns what the envelope allows of each parameter of an operation on a device, the tightest of all its rules, in the
 * units of the operation: what a device is sent to hold against its own limits (D3). Forbidden combinations and totals are
 * not among them. Limits are as much wider as `judgeAct` is, so that both decide alike.
 */
export function limitsOf(
  envelope: Envelope,
  { device, op }: { readonly device: string; readonly op: string },
  specs: ValueSpecs,
): Record<string, SentLimit> {
  const limits: Record<string, SentLimit> = {};
  for (const rule of envelope) {
    if (rule.operation !== op || !rule.devices.includes(device)) continue;
    for (const [param, { min, max }] of Object.entries(rule.limits)) {
      const spec = own(specs, param);
      const unit = spec !== undefined && "unit" in spec ? spec.unit : "1";
      const known = own(limits, param) ?? {};
      const minimum = tightest(Math.max, known.minimum, bound(min, unit, -rounding));
      const maximum = tightest(Math.min, known.maximum, bound(max, unit, rounding));
      limits[param] = { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
    }
  }
  return limits;
}

function bound(quantity: Quantity | null, unit: string, slack: number): number | undefined {
  const number = quantity === null ? null : numberIn(quantity, unit);
  return number === null ? undefined : number + Math.abs(number) * slack;
}

function tightest(pick: (...numbers: number[]) => number, a: number | undefined, b: number | undefined) {
  const known = [a, b].filter((number) => number !== undefined);
  return known.length === 0 ? undefined : pick(...known);
}
