import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/** The candidate that came second. */
export interface RunnerUp {
  readonly name: string;
  /** What one standard deviation of its value amounts to, with its unit; null where several quantities rise together. */
  readonly amount: { readonly sd: number; readonly unit: string } | null;
  /** Returns its gain, or the logarithm, if its mean were higher by so many standard deviations; never falls as they grow. */
  readonly gainAt: (deviations: number) => number;
}

const LEAST = 1 / 1024;
const DOUBLINGS = 30;
const HALVINGS = 30;

/**
 * Returns how many standard deviations higher the runner-up's mean would have to be for its gain to reach that of the choice; null
 * when no rise does.
 *
 * By bisection, to nine digits; 0 when the two are level.
 */
export function explainSwap(chosenGain: number, runnerUp: RunnerUp): Explanation<number | null> {
  const { name, amount } = runnerUp;
  const rise = smallestRise(chosenGain, runnerUp);
  if (rise === null) return { numbers: null, why: `no rise of its expected value would put ${name} first` };
  if (rise === 0) return { numbers: 0, why: `${name} is level with it` };
  const unit = amount === null || amount.unit === "" || amount.unit === "1" ? "" : ` ${amount.unit}`;
  const told =
    amount === null
      ? `values all ${readable(rise)} of their standard deviations better`
      : `value ${readable(rise * amount.sd)}${unit} better, ${readable(rise)} of its standard deviations`;
  return { numbers: rise, why: `${name} would have been chosen were its expected ${told}` };
}

function smallestRise(chosenGain: number, { gainAt }: RunnerUp): number | null {
  if (gainAt(0) >= chosenGain) return 0;
  let high = LEAST;
  for (let i = 0; gainAt(high) < chosenGain; i++) {
    if (i === DOUBLINGS) return null;
    high *= 2;
  }
  let low = 0;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (gainAt(middle) < chosenGain) low = middle;
    else high = middle;
  }
  return high;
}
