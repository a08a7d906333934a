import type { Envelope, Rule, Total } from "./envelope.ts";
import { type Act, numberIn, type Violation } from "./judge-act.ts";

/** An act that was intended before, and may have been carried out; lab ms since 1970. */
export interface PastAct extends Act {
  readonly labAt: number;
}

/** A total that has no room; `until` is the lab time from which it may have, null when the act alone is too much. */
export interface TotalViolation extends Violation {
  readonly until: number | null;
}

/** Returns every total of the envelope that an act at `now`, lab ms, would exceed together with what was done before. */
export function judgeTotals(envelope: Envelope, act: Act, past: readonly PastAct[], now: number): TotalViolation[] {
  return envelope
    .filter(({ devices, operation }) => operation === act.op && devices.includes(act.device))
    .flatMap((rule) => rule.totals.flatMap((total) => judgeTotal(rule, total, act, past, now) ?? []));
}

function judgeTotal(rule: Rule, total: Total, act: Act, past: readonly PastAct[], now: number): TotalViolation | null {
  const counted = past
    .filter(
      ({ device, op, labAt }) => op === rule.operation && rule.devices.includes(device) && labAt > now - total.windowMs,
    )
    .toSorted((a, b) => a.labAt - b.labAt);
  const mine = amountOf(act, total);
  let sum = counted.reduce((all, each) => all + amountOf(each, total), 0) + mine;
  if (sum <= total.max.value) return null;
  const unit = total.max.unit === "1" ? "" : ` ${total.max.unit}`;
  const what = total.of === null ? "acts" : `of ${total.of}`;
  const window = `${Math.round(total.windowMs / 60_000)} min`;
  const message = `${sum}${unit} ${what} within ${window} would be above the envelope's ${total.max.value}${unit}`;
  const hint = `the envelope allows ${total.max.value}${unit} ${what} for ${rule.operation} on ${rule.devices.join(", ")}`;
  let until: number | null = null;
  // Room comes back as the oldest acts leave the window.
  for (const { labAt, ...each } of counted) {
    if (sum <= total.max.value) break;
    sum -= amountOf(each, total);
    until = labAt + total.windowMs;
  }
  return { params: total.of === null ? [] : [total.of], message, hint, until: sum <= total.max.value ? until : null };
}

/** An act whose amount cannot be told counts as more than any total allows. */
function amountOf({ params }: Act, { of, max }: Total): number {
  if (of === null) return 1;
  const amount = Object.hasOwn(params, of) ? numberIn(params[of], max.unit) : null;
  return amount === null ? Number.POSITIVE_INFINITY : Math.max(0, amount);
}
