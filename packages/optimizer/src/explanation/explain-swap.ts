import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/** The candidate that came second. */
export interface RunnerUp {
  readonly name: string;
  /** Of the values, empty where there is none. */
  readonly unit: string;
  /** Its standard deviation, positive: the scale of the search. */
  readonly sd: number;
  /** Returns its gain, or the logarithm, if its mean were higher by `rise`; never falls as the rise grows. */
  gainAt(rise: number): number;
}

const DOUBLINGS = 60;
const HALVINGS = 60;

/**
 * Returns the smallest rise of the runner-up's mean at which its gain would reach that of the choice; null when no rise does.
 *
 * By bisection, to twelve digits; 0 when the two are level.
 */
export function explainSwap(chosenGain: number, runnerUp: RunnerUp): Explanation<number | null> {
  const { name, unit, sd } = runnerUp;
  const rise = smallestRise(chosenGain, runnerUp);
  if (rise === null) return { numbers: null, why: `no rise of its expected value would put ${name} first` };
  if (rise === 0) return { numbers: 0, why: `${name} is level with it` };
  const amount = `${readable(rise)}${unit === "" ? "" : ` ${unit}`}`;
  return {
    numbers: rise,
    why: `${name} would have been chosen were its expected value ${amount} better, ${readable(rise / sd)} of its standard deviations`,
  };
}

function smallestRise(chosenGain: number, runnerUp: RunnerUp): number | null {
  if (runnerUp.gainAt(0) >= chosenGain) return 0;
  let high = runnerUp.sd / 1024;
  for (let i = 0; runnerUp.gainAt(high) < chosenGain; i++) {
    if (i === DOUBLINGS) return null;
    high *= 2;
  }
  let low = 0;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (runnerUp.gainAt(middle) < chosenGain) low = middle;
    else high = middle;
  }
  return high;
}
