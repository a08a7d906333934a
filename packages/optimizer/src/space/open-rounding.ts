import { log } from "../special-functions/log.ts";

/** How the numbers of a parameter without a grid are written. */
export interface Rounding {
  /** Returns a number with as many digits as a person can read and set: a millionth of the span is told, or of a logarithmic scale seven digits. */
  round(value: number): number;
  /** Returns a number that two values share where they differ by less than a thousandth of that, and so by rounding alone. */
  mark(value: number): number;
}

// Powers of ten up to this one are exact, and dividing by one gives the number nearest to the decimal.
const MOST_EXACT = 22;
// A double holds no more digits, and no whole number beyond this has a neighbour half a unit away.
const MOST_DIGITS = 17;
const MOST_WHOLE = 9_007_199_254_740_992;
// Of a span of fewer powers of ten a millionth is no double of full precision.
const LEAST = -300;

/** Returns the rounding for a span, above or equal to 0; of a logarithmic scale the span is that of the logarithms. */
export function openRounding(span: number, logarithmic: boolean): Rounding {
  const magnitude = Number(span.toExponential(0).split("e")[1]);
  if (logarithmic) {
    const digits = Math.min(MOST_DIGITS, Math.max(7, 4 - magnitude));
    const scale = Number(`1e${digits + 3}`);
    return {
      round: (value) => Number(value.toPrecision(digits)),
      mark: (value) => Math.round(log(value) * scale),
    };
  }
  if (magnitude < LEAST) return { round: (value) => value, mark: (value) => value };
  const places = Math.max(0, 6 - magnitude);
  const fineness = Number(`1e${places}`);
  const scale = 1000 * fineness;
  return {
    round(value) {
      const units = Math.round(value * fineness);
      if (Math.abs(units) >= MOST_WHOLE) return value;
      return places <= MOST_EXACT ? units / fineness : Number(`${units}e-${places}`);
    },
    mark: (value) => (Math.abs(value * scale) < MOST_WHOLE ? Math.round(value * scale) : value),
  };
}
