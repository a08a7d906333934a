import { polynomial } from "./polynomial.ts";
import { exp } from "./exp.ts";
import { expSquare } from "./exp-square.ts";

const CENTRE = 0.46875;
const SQRT_1_OVER_PI = 0.5641895835477563;

// Coefficients of W. J. Cody, "Rational Chebyshev approximations for the error function",
// Math. Comp. 23 (1969) 631–637, as tabulated in his CALERF: relative error below 1.2e-16 on each range.
// Highest power first; `CENTRE` is erf on |x| <= 0.46875, `MIDDLE` erfcx up to 4, `TAIL` erfcx beyond.
const CENTRE_P = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const CENTRE_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MIDDLE_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MIDDLE_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const TAIL_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const TAIL_Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];

/**
 * Returns the scaled complementary error function exp(x²)·erfc(x).
 *
 * Relative error is a few units in the last place for x >= 0, where it falls from 1 to 0 like 1/(x√π) and never
 * underflows; below about -26.6 it overflows to Infinity, as the function itself does.
 */
export function erfcx(x: number): number {
  if (Math.abs(x) <= CENTRE) return exp(x * x) * (1 - erf(x));
  return x < 0 ? 2 * expSquare(x, 1) - outer(-x) : outer(x);
}

/** Returns the complementary error function, the share of a normal distribution beyond x√2 on both sides; from 2 to 0. */
export function erfc(x: number): number {
  if (Math.abs(x) <= CENTRE) return 1 - erf(x);
  const beyond = expSquare(x, -1) * outer(Math.abs(x));
  return x < 0 ? 2 - beyond : beyond;
}

/** erf on |x| <= 0.46875. */
function erf(x: number): number {
  const square = x * x;
  return (x * polynomial(CENTRE_P, square)) / polynomial(CENTRE_Q, square);
}

/** erfcx on x > 0.46875. */
function outer(x: number): number {
  if (x <= 4) return polynomial(MIDDLE_P, x) / polynomial(MIDDLE_Q, x);
  const inverseSquare = 1 / (x * x);
  const correction = (inverseSquare * polynomial(TAIL_P, inverseSquare)) / polynomial(TAIL_Q, inverseSquare);
  return (SQRT_1_OVER_PI - correction) / x;
}
