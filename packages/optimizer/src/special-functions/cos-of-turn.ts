import { polynomial } from "./polynomial.ts";

// (-1)ⁿ / (2n)! and (-1)ⁿ / (2n + 1)!, highest power first: below 2⁻⁵⁵ is left out up to π/4.
const COSINE = [
  4.779477332387385e-14, -1.1470745597729725e-11, 2.08767569878681e-9, -2.755731922398589e-7, 2.48015873015873e-5,
  -0.001388888888888889, 0.041666666666666664, -0.5, 1,
];
const SINE = [
  2.8114572543455206e-15, -7.647163731819816e-13, 1.6059043836821613e-10, -2.505210838544172e-8, 2.7557319223985893e-6,
  -0.0001984126984126984, 0.008333333333333333, -0.16666666666666666, 1,
];

/**
 * Returns the cosine of `turn` whole turns, cos(2π·turn), for turn from 0 to 1; to 1e-15, with the same bits on every machine,
 * which `Math.cos` does not promise.
 */
export function cosOfTurn(turn: number): number {
  const half = turn > 0.5 ? 1 - turn : turn;
  if (half > 0.25) return -quarter(0.5 - half);
  return quarter(half);
}

/** On the first quarter of a turn. */
function quarter(turn: number): number {
  const angle = 2 * Math.PI * turn;
  if (turn <= 0.125) return polynomial(COSINE, angle * angle);
  const rest = 2 * Math.PI * (0.25 - turn);
  return rest * polynomial(SINE, rest * rest);
}
